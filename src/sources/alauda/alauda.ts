import type { Product } from '../rhacs/product.ts';
import { createStackroxSource } from '../rhacs/rhacs.ts';

const ALAUDA: Product = {
  name: 'alauda',
  title: 'Alauda Container Security',
  defaultPath: '/webhooks/alauda',
  alertPage: '/main/violations/',
  imagePage: '/main/vulnerability-management/image/',
  policyPage: '/main/policy-management/policies/',
};

/** Alauda Container Security: the product behind RHACS under another name, with the same messages. */
export const alauda = createStackroxSource(ALAUDA);
