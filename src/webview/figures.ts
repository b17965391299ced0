/** Amounts, durations and points in time as a person reads them. */
import type { Usage } from '../shared/usage.ts';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `840`, `12.3K`. */
export function formatCount(amount: number): string {
  return compact.format(amount);
}

export function formatCost(usd: number): string {
  if (usd > 0 && usd < 0.01) return 'less than $0.01';
  return `$${usd.toFixed(2)}`;
}

export function allTokens(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite + usage.output;
}

/** `42 s`, `3 min 05 s`, `2 h 07 min`, `3 days 4 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${twoDigits(minutes % 60)} min`;
  const days = Math.floor(hours / 24);
  return `${days} ${days === 1 ? 'day' : 'days'} ${hours % 24} h`;
}

/** `just now`, `5 min ago`, `3 h ago`, else the date. */
export function formatAgo(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : formatTime(iso);
}

/** Date and time in the person's own zone, e.g. `22 Nov, 15:04`. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** When an approval lapses, e.g. `Lapses 22 Nov, 15:04, in 23 h 58 min`. */
export function deadlineWords(deadline: string, now: number): string {
  const left = Date.parse(deadline) - now;
  if (left <= 0) return `Lapsed ${formatTime(deadline)}`;
  if (left < 60_000) return `Lapses ${formatTime(deadline)}, in less than a minute`;
  const [days, hours] = [Math.floor(left / 86_400_000), Math.floor(left / 3_600_000)];
  const inWords =
    days >= 2 ? `${days} days` : hours >= 1 ? `${hours} h` : `${Math.floor(left / 60_000)} min`;
  return `Lapses ${formatTime(deadline)}, in ${inWords}`;
}

function twoDigits(amount: number): string {
  return String(amount).padStart(2, '0');
}
