import type { Damage } from './crashWitness';

interface Suffered extends Damage {
	/** Runs that waited for a dead run's lease. */
	readonly waits?: number;
	/** Confirms that a dead server no longer knew: their records were written again, and rightly. */
	readonly forgotten?: number;
	/** Versions that are parked because nobody knows whether they arrived (design R11). */
	readonly parked?: number;
}

const numbers = ['kills', 'lost', 'doubled', 'wrongly removed', 'lease waits', 'in doubt'];

/** Prints what the issue asks for: points × (kills, lost, doubled), what was removed although it should stay, and who waited. */
export class CrashTable {
	private readonly lines: Array<readonly [string, ...number[]]> = [];

	private forgotten = 0;

	constructor(private readonly title: string) {}

	add(
		point: string,
		kills: number,
		{ lost, doubled, removed, waits = 0, forgotten = 0, parked = 0 }: Suffered,
	): void {
		this.forgotten += forgotten;
		const damage = [lost.length, doubled.length, removed.length];
		this.lines.push([point, kills, ...damage, waits, parked]);
	}

	print(): void {
		const sums = numbers.map((_, index) =>
			this.lines.reduce((sum, line) => sum + Number(line[index + 1]), 0),
		);
		const rows = [[this.title, ...numbers], ...this.lines, ['all', ...sums]];
		const width = Math.max(...rows.map(([name]) => String(name).length));
		const text = rows.map(([name, ...cells]) =>
			[String(name).padEnd(width), ...cells.map((cell) => String(cell).padStart(8))].join(' '),
		);
		if (this.forgotten > 0) {
			text.push(`confirms a dead server had forgotten, written again: ${this.forgotten}`);
		}
		process.stdout.write(`${text.join('\n')}\n`);
	}
}
