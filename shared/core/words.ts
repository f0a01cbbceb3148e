/** A whole number as people read it: 5,653. */
export function count(number: number): string {
	return number.toLocaleString('en-US');
}
