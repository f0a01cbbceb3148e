/** What one measurement found, by name: seconds, milliseconds, counts. `peakMB` is added for every one. */
export type Figures = Readonly<Record<string, number>>;

/** One measurement; each call has a process of its own, so that memory and compiled code start from nothing. */
export interface Measure {
	readonly rounds: number;
	run(place: BenchPlace): Promise<Figures>;
}

export interface BenchPlace {
	/** Shared by the measurements of a bench, emptied before its first one. */
	readonly folder: string;
}

/** The median of several rounds. */
export interface Figure {
	readonly value: number;
	/** Half the distance between the lowest and the highest round, in percent of the median. */
	readonly noise: number;
	readonly rounds: number;
}

export type ReadFigure = (measure: string, figure: string) => Figure;

export interface Bench {
	/** In the order of one round, so that what is compared runs next to each other. */
	readonly measures: Readonly<Record<string, Measure>>;
	/** What they need beside them, in the parent or a process of its own; the result ends it. */
	beside?(place: BenchPlace): Promise<() => Promise<void>>;
	lines(read: ReadFigure): Line[];
}

/** What design section 11 asks for. `times` compares with the peer, the others with a fixed number. */
export type Target =
	| { readonly kind: 'atMost' | 'atLeast'; readonly number: number }
	| { readonly kind: 'atMostTimes' | 'timesFaster'; readonly number: number };

/** One line of the result. */
export interface Line {
	readonly name: string;
	readonly value: number;
	readonly unit: string;
	/** The same figure of the peer; null where the target is a fixed number. */
	readonly against: number | null;
	/** Ours ÷ theirs; for a target of so many times faster, theirs ÷ ours. */
	readonly ratio: number | null;
	readonly target: string | null;
	readonly met: boolean | null;
	/** What `against` is, and what a reader has to know. */
	readonly note: string;
	/** Percent, see Figure; the larger one of ours and theirs. */
	readonly noise: number;
	readonly rounds: number;
}

export interface Comparison {
	readonly unit: string;
	readonly against?: Figure;
	readonly target?: Target;
	readonly note?: string;
}

const targetTexts: Readonly<Record<Target['kind'], (number: number, unit: string) => string>> = {
	atMost: (number, unit) => `≤ ${number.toLocaleString('en-US')} ${unit}`,
	atLeast: (number, unit) => `≥ ${number.toLocaleString('en-US')} ${unit}`,
	atMostTimes: (number) => `≤ ${number} ×`,
	timesFaster: (number) => `≥ ${number} × faster`,
};

/** A line of the result: the figure, what it is compared with, and whether the target is met. */
export function line(name: string, figure: Figure, comparison: Comparison): Line {
	const { unit, against, target, note = '' } = comparison;
	const ratio = against ? ratioOf(figure.value, against.value, target) : null;
	return {
		name,
		value: round(figure.value),
		unit,
		against: against ? round(against.value) : null,
		ratio: ratio === null ? null : round(ratio),
		target: target ? targetTexts[target.kind](target.number, unit) : null,
		met: target ? isMet(target, figure.value, ratio) : null,
		note,
		noise: round(Math.max(figure.noise, against?.noise ?? 0)),
		rounds: figure.rounds,
	};
}

/** The same figure in another unit, or per record. */
export function scaled(figure: Figure, by: number): Figure {
	return { ...figure, value: figure.value * by };
}

/** Records per second of a figure in seconds. */
export function rate(records: number, seconds: Figure): Figure {
	return { ...seconds, value: records / seconds.value };
}

function ratioOf(ours: number, theirs: number, target: Target | undefined): number {
	return target?.kind === 'timesFaster' ? theirs / ours : ours / theirs;
}

function isMet({ kind, number }: Target, value: number, ratio: number | null): boolean {
	switch (kind) {
		case 'atMost':
			return value <= number;
		case 'atLeast':
			return value >= number;
		case 'atMostTimes':
			return ratio !== null && ratio <= number;
		default:
			return ratio !== null && ratio >= number;
	}
}

/** Three digits are more than the noise allows. */
function round(value: number): number {
	return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
