import { atMostOne } from '../../config/exclusive.ts';
import { definePassive } from '../../config/integration.ts';
import { secretUrl, string, workingPath } from '../../config/scalars.ts';

export const discordSchema = definePassive({
  kind: 'discord',
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: workingPath,
    content: string,
    title: string,
    message: string,
    username: string,
    avatar_url: string,
  },
  resolve(values, place) {
    if (!values.webhook_url_file && place.lacks('webhook_url')) {
      place.report('one of webhook_url or webhook_url_file must be configured');
    }
    atMostOne(place, values, ['webhook_url', 'webhook_url_file']);
    return values;
  },
});
