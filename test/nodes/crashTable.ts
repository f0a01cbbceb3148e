import type { Damage } from './crashWitness';

/** Prints what the issue asks for: points × (kills, lost, doubled), and what was removed although it should stay. */
export class CrashTable {
	private readonly lines: Array<readonly [string, ...number[]]> = [];

	constructor(private readonly title: string) {}

	add(point: string, kills: number, { lost, doubled, removed }: Damage): void {
		this.lines.push([point, kills, lost.length, doubled.length, removed.length]);
	}

	print(): void {
		const sums = [1, 2, 3, 4].map((column) =>
			this.lines.reduce((sum, line) => sum + Number(line[column]), 0),
		);
		const head = [this.title, 'kills', 'lost', 'doubled', 'wrongly removed'];
		const rows = [head, ...this.lines, ['all', ...sums]];
		const width = Math.max(...rows.map(([name]) => String(name).length));
		const text = rows.map(([name, ...numbers]) =>
			[String(name).padEnd(width), ...numbers.map((number) => String(number).padStart(8))].join(
				' ',
			),
		);
		process.stdout.write(`${text.join('\n')}\n`);
	}
}
