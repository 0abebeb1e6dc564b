/** The error function, which JavaScript lacks. */

/** From here on erf(x) is 1 to double precision. */
const FLAT = 6;

/** erf(x) = 2/√π e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!!, a series of terms of one sign (Abramowitz & Stegun 7.1.6). */
export function erf(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) >= FLAT) {
    return Number.isNaN(x) ? x : Math.sign(x);
  }
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
