import { expect, test } from 'vitest';
import { compileEventV2 } from '../../../src/receivers/pagerduty/event.ts';
import { createTemplates } from '../../../src/templating/create-templates.ts';
import { alert, data } from '../../templating/support.ts';
import { alertWith, notificationOf } from '../support/notification.ts';

test('images and links have all their keys, and those without an address are left out', async () => {
  const templates = await createTemplates({ userGlobs: [] });
  const build = compileEventV2(
    {
      images: [{ src: 'https://x.example/{{ .CommonLabels.alertname }}', alt: 'Graph' }, { alt: 'none' }],
      links: [{ href: 'https://x.example/' }, { text: 'none' }],
    } as Parameters<typeof compileEventV2>[0],
    templates,
  );
  const event = JSON.parse(build(data([alert({ alertname: 'DiskFull' })]), notificationOf([alertWith()]), 'k'));
  expect([event.images, event.links]).toEqual([
    [{ src: 'https://x.example/DiskFull', alt: 'Graph', href: '' }],
    [{ href: 'https://x.example/', text: '' }],
  ]);
});
