import { UserSettings } from '../../api/types';
import { Trans } from '../../i18n';
import { ChatHost } from '../host';
import { RichText } from '../markdown/RichText';

/** What every part of a conversation is drawn with. */
export interface Panel {
  trans: Trans;
  rich: RichText;
  host: ChatHost;
  settings: UserSettings;
}
