/** `18:02:27 UTC` */
export function clockTime(now: number): string {
  return `${new Date(now).toISOString().slice(11, 19)} UTC`;
}

/** `3.2 s`, `12 s`, `2 min 05 s` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
