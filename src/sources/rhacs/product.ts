/** One product of the StackRox family: the same messages under another name, with pages of its own to link to. */
export interface Product {
  /** Name of the source, and value of the label `source`. */
  readonly name: string;
  /** As readers know it, e.g. in `RHACS audit: ...`. */
  readonly title: string;
  readonly defaultPath: string;
  /** Path of an alert's page in Central, without its id. */
  readonly alertPage: string;
  /** Path of an image's page in Central, without its id. */
  readonly imagePage: string;
}

export const RHACS: Product = {
  name: 'rhacs',
  title: 'RHACS',
  defaultPath: '/webhooks/rhacs',
  alertPage: '/main/violations/',
  imagePage: '/main/vulnerability-management/image/',
};
