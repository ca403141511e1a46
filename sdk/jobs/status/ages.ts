const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `45 s`, `12 min`, `3 h 05 min`, `9 d 4 h`: as much as a person needs. */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < minute) return `${whole} s`;
  if (whole < hour) return `${Math.floor(whole / minute)} min`;
  if (whole < day) {
    const minutes = String(Math.floor((whole % hour) / minute)).padStart(2, "0");
    return `${Math.floor(whole / hour)} h ${minutes} min`;
  }
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
}

/** How long ago an ISO time was. */
export function since(iso: string, now: Date): string {
  return age((now.getTime() - Date.parse(iso)) / 1_000);
}

/** `2026-11-20 18:02 UTC` */
export function minuteOf(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
