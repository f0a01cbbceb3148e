import { ODataError } from './odataError';
import type { ApiRequest, ApiResponse, Org } from './org';
import { publishers } from './tables/publisherTables';

/** Delay header between here and the wire; never sent. */
export const DELAY = 'x-stand-in-delay';

// Timers may fire a little early; the answer must not arrive before the work is over.
const TIMER_SLACK = 5;

/** One customisation at a time: a second one meanwhile is refused, as parallel deployers see it (contract 2.4). */
export class CustomizationLock {
	#busyUntil = 0;

	/** Does `work` unless another customisation runs; the answer takes as long as the customisation. */
	run(org: Org, request: ApiRequest, work: () => ApiResponse): ApiResponse {
		const { customizationMs, metadataCacheMs: cacheMs } = org.settings;
		const time = { now: org.clock.now(), cacheMs };
		if (request.inBatch) return org.schema.customise(time, work);
		const now = performance.now();
		if (now < this.#busyUntil) {
			throw new ODataError(
				400,
				'0x80040216',
				'An unexpected error occurred. Cannot start another customization while a previous one is running at this moment.',
			);
		}
		const answer = org.schema.customise(time, work);
		this.#busyUntil = now + customizationMs;
		const delay = customizationMs === 0 ? 0 : customizationMs + TIMER_SLACK;
		return { ...answer, headers: { ...answer.headers, [DELAY]: String(delay) } };
	}

	clear(): void {
		this.#busyUntil = 0;
	}
}

const MAX_NAME = 50;

/** 400 of a refused customisation. */
export const refusedName = (code: string, message: string): ODataError =>
	new ODataError(400, code, message);

function prefixesFor(request: ApiRequest): readonly string[] {
	const query = new URLSearchParams(request.url.split('?')[1] ?? '');
	const solution =
		request.headers['mscrm.solutionuniquename'] ?? query.get('SolutionUniqueName') ?? undefined;
	if (solution === undefined) return publishers.map(({ prefix }) => prefix);
	const found = publishers.find((each) => each.solution === solution);
	if (found === undefined) {
		throw new ODataError(404, '0x80040217', `solution With Name = ${solution} Does Not Exist`);
	}
	return [found.prefix];
}

/** Checks a schema name: characters, length, and the publisher's prefix (contract 2.4). */
export function checkSchemaName(name: string, request: ApiRequest): void {
	if (!/^[a-z]/i.test(name)) {
		throw refusedName('0x80044365', `The name '${name}' does not start with a letter.`);
	}
	if (!/^\w+$/.test(name)) {
		throw refusedName('0x80044364', `The name '${name}' has characters that are not alphanumeric.`);
	}
	const prefix = name.includes('_') ? name.slice(0, name.indexOf('_')) : '';
	if (!prefixesFor(request).includes(prefix) || name.endsWith('_')) {
		throw refusedName(
			'0x80044366',
			`The name '${name}' does not have a publisher prefix of this solution.`,
		);
	}
	if (name.length > MAX_NAME) {
		throw refusedName('0x80044367', `The name '${name}' is longer than ${MAX_NAME} characters.`);
	}
}
