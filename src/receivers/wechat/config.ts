import { atMostOne } from '../../config/exclusive.ts';
import { hidden, withDefault } from '../../config/field.ts';
import { secret, string, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { withSlash } from '../../config/url.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

const globals = {
  wechat_api_url: withDefault(url, 'https://qyapi.weixin.qq.com/cgi-bin/'),
  wechat_api_secret: secret,
  wechat_api_secret_file: hidden(workingPath),
  wechat_api_corp_id: string,
};

export const wechatSchema = receiverSchema({
  kind: 'wechat',
  sendResolvedDefault: false,
  shape: {
    api_secret: secret,
    api_secret_file: hidden(workingPath),
    corp_id: string,
    message: template,
    api_url: url,
    to_user: template,
    to_party: template,
    to_tag: template,
    agent_id: template,
    message_type: string,
  },
  globals,
  defaults: {
    ...defaultTemplates('wechat', {
      message: 'message',
      to_user: 'to_user',
      to_party: 'to_party',
      to_tag: 'to_tag',
      agent_id: 'agent_id',
    }),
  },
  resolve(values, place, global) {
    const message_type = values.message_type || 'text';
    if (!['text', 'markdown'].includes(message_type)) {
      const message = `weChat message type "${message_type}" does not match valid options ^(text|markdown)$`;
      place.near('message_type').report(message);
    }
    atMostOne(place, values, ['api_secret', 'api_secret_file']);
    const own = values.api_secret || values.api_secret_file;
    const api_secret = own ? values.api_secret : global.wechat_api_secret;
    const api_secret_file = own ? values.api_secret_file : global.wechat_api_secret_file;
    if (!api_secret && !api_secret_file) place.report('no global Wechat Api Secret set either inline or in a file');
    const corp_id = values.corp_id || global.wechat_api_corp_id;
    if (!corp_id) place.report('no global Wechat CorpID set');
    const api_url = values.api_url ?? global.wechat_api_url;
    return { ...values, message_type, api_secret, api_secret_file, corp_id, api_url: api_url && withSlash(api_url) };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, corp_id, agent_id, to_user, to_party, to_tag }) => [
    api_url,
    corp_id,
    agent_id,
    to_user,
    to_party,
    to_tag,
  ],
});
