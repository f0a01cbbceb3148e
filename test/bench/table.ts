import type { Line } from './bench';

const heads = ['what', 'ours', 'theirs', 'ratio', 'target', '', 'noise', 'note'];

/** The lines as people read them. */
export function table(lines: readonly Line[]): string {
	const rows = [heads, ...lines.map(cellsOf)];
	const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows
		.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
		.map((text) => text.trimEnd())
		.join('\n');
}

function cellsOf({ name, value, unit, against, ratio, target, met, noise, rounds, note }: Line) {
	const verdict = met ? 'met' : 'MISSED';
	return [
		name,
		`${number(value)} ${unit}`,
		against === null ? '' : `${number(against)} ${unit}`,
		ratio === null ? '' : `${number(ratio)} ×`,
		target ?? '',
		met === null ? '' : verdict,
		rounds > 1 ? `±${noise.toFixed(0)} % of ${rounds}` : 'one round',
		note,
	];
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 4 });
