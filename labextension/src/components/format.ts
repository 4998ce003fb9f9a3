import { Trans } from '../i18n';

/** The reader's locale: the catalogue carries it, so that numbers and times follow the words. */
export function localeOf(trans: Trans): string {
  return trans.__('locale:en').replace('locale:', '');
}

/** A number with three significant figures. */
export function formatNumber(value: number, trans: Trans): string {
  return numberFormat(localeOf(trans), { maximumSignificantDigits: 3 }).format(value);
}

/** Milliseconds as they are while they are few, as seconds, or as minutes once they are many. */
export function formatDuration(ms: number, trans: Trans): string {
  if (ms < 100) {
    return trans.__('%1 ms', Math.round(ms));
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return trans.__('%1 s', formatNumber(seconds, trans));
  }
  const whole = Math.round(seconds);
  return trans.__('%1 min %2 s', Math.floor(whole / 60), whole % 60);
}

/** An amount of money; amounts below a cent keep three figures. */
export function formatCost(cost: number, currency: string, trans: Trans): string {
  return numberFormat(localeOf(trans), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumSignificantDigits: 3
  }).format(cost);
}

/** Date and time in full, in the viewer's zone. */
export function formatExact(iso: string, trans: Trans): string {
  return dateFormat(localeOf(trans), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));
}

/** The time of day today, the date before. */
export function formatShort(iso: string, now: Date, trans: Trans): string {
  const time = new Date(iso);
  const today = time.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = today
    ? { hour: '2-digit', minute: '2-digit' }
    : {
        month: 'short',
        day: 'numeric',
        ...(time.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' })
      };
  return dateFormat(localeOf(trans), options).format(time);
}

// making a formatter takes longer than all the rest of a message's meta line, and there is one every frame
const numberFormat = remembered(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options)
);
const dateFormat = remembered(
  (locale: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)
);

function remembered<Options, Format>(make: (locale: string, options: Options) => Format): typeof make {
  const made = new Map<string, Format>();
  return (locale, options) => {
    const key = locale + JSON.stringify(options);
    const format = made.get(key) ?? make(locale, options);
    made.set(key, format);
    return format;
  };
}
