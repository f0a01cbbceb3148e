import type {
	MissingPart,
	WriteContext,
	WriteRecord,
	WriteTarget,
} from '../../shared/connectors/connector';
import type { CreateOptions } from '../../shared/connectors/dynamics365/publisher';
import type { NewField } from '../../shared/core/envelope';
import type { DataverseSandbox } from '../sandbox/dataverse';
import { connect, contacts, fastClock, fetchClient, writeAll } from './dynamics365Client';

/** New columns only. */
export const COLUMNS: CreateOptions = {
	columns: true,
	table: false,
	key: false,
	solution: 'ContosoSales',
};
/** Columns, table and key. */
export const ALL: CreateOptions = { ...COLUMNS, table: true, key: true };

/** A clock whose waits pass in the stand-in as well. */
const sharedClock = (org: DataverseSandbox) => {
	const clock = fastClock();
	return {
		...clock,
		sleep: async (ms: number, signal?: AbortSignal) => {
			await clock.sleep(ms, signal);
			org.clock.advance(ms);
			// One customisation takes real time there.
			if (ms > 0) await new Promise((resolve) => setTimeout(resolve, 30));
		},
	};
};
/** A connector that may create what is missing. */
export const creator = (org: DataverseSandbox, create?: CreateOptions) =>
	connect(org, fetchClient(org), sharedClock(org), create ? { create } : {});

/** A column that is not there. */
export const SHOE: NewField = { name: 'shoeSize', type: 'decimal' };
/** A write whose records ask for new columns. */
export const wanting = (
	newFields: readonly NewField[],
	more: Partial<WriteTarget> = {},
): WriteTarget => ({
	...contacts,
	newFields,
	...more,
});
/** A context that keeps what it is told to be missing. */
export const told = (): WriteContext & { readonly parts: MissingPart[] } => {
	const parts: MissingPart[] = [];
	return { parts, onMissing: (missing) => void parts.push(...missing) };
};
/** Requests that create metadata. */
export const definitions = (org: DataverseSandbox) =>
	org.log.filter(({ method, url }) => method === 'POST' && /EntityDefinitions/.test(url));
/** The same write, previewed. */
export const previewAll = async (
	connector: ReturnType<typeof creator>,
	target: WriteTarget,
	records: readonly WriteRecord[],
	context: WriteContext,
) =>
	await writeAll(
		{ ...connector, write: connector.preview.bind(connector) },
		target,
		records,
		context,
	);
