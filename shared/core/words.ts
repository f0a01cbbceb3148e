/** A whole number as people read it: 5,653. */
export function count(number: number): string {
	return number.toLocaleString('en-US');
}

/** A number of things: 1 record, 5,653 records. */
export function counted(number: number, thing: string): string {
	return `${count(number)} ${thing}${number === 1 ? '' : 's'}`;
}
