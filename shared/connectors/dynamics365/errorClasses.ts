import type { ErrorCategory, RecordError } from '../../core/results';
import { fieldsNamed, type Fault } from './errors';

/** What to do about a fault (dataverse 5.2). `privilege` stops the run when every row meets it. */
export type FaultClass =
	| 'config'
	| 'privilege'
	| 'mapping'
	| 'row'
	| 'notFound'
	| 'duplicate'
	| 'conflict'
	| 'race'
	| 'throttle'
	| 'transient'
	| 'size';

const CODES: Readonly<Record<FaultClass, readonly string[]>> = {
	config: ['0x80060890', '0x8006088f', '0x80072491', '0x8006088d', '0x8006088a'],
	privilege: [
		'0x80040220',
		'0x80040231',
		'0x80048405',
		'0x80048306',
		'0x80040256',
		'0x8004020d',
		'0x8004f502',
		'0x8004f504',
		'0x8004f507',
		'0x8004a110',
		'0x80042f09',
		'0x80072560',
	],
	mapping: ['0x80048d19', '0x80060888'],
	row: [
		'0x80044331',
		'0x8004432f',
		'0x80044330',
		'0x8004431a',
		'0x80040239',
		'0x80048408',
		'0x80040278',
		'0x80040200',
		'0x80040203',
		'0x80040265',
		'0x80040224',
		'0x80040216',
		'0x80040227',
		'0x8004023b',
		'0x8006089d',
	],
	notFound: ['0x80040217', '0x80060891'],
	duplicate: ['0x80040333', '0x80060892', '0x80040237'],
	conflict: ['0x80060882'],
	race: [],
	throttle: ['0x80072321', '0x80072322', '0x80072326'],
	transient: [
		'0x80044150',
		'0x80044339',
		'0x80044171',
		'0x80044172',
		'0x80044173',
		'0x8004418d',
		'0x80081111',
	],
	size: ['0x8004418a', '0x80044151'],
};

const CLASS_OF_CODE: ReadonlyMap<string, FaultClass> = new Map(
	(Object.keys(CODES) as FaultClass[]).flatMap((name) =>
		CODES[name].map((code): [string, FaultClass] => [code, name]),
	),
);

const CLASS_OF_STATUS: ReadonlyMap<number, FaultClass> = new Map([
	[403, 'privilege'],
	[404, 'notFound'],
	[412, 'race'],
	[413, 'size'],
	[429, 'throttle'],
	[500, 'transient'],
	[502, 'transient'],
	[503, 'transient'],
	[504, 'transient'],
]);

/** The class of a fault: by its code where it has one, else by status (codes may be empty, T-26, U-10). */
export function classify(fault: Fault): FaultClass {
	const byCode = CLASS_OF_CODE.get(fault.code);
	if (byCode) return byCode;
	if (/Sql Number:? ?(1205|-2)\b/i.test(fault.message)) {
		return fault.message.includes('-2') ? 'size' : 'transient';
	}
	return CLASS_OF_STATUS.get(fault.status) ?? 'row';
}

const CATEGORIES: Readonly<Record<FaultClass, ErrorCategory>> = {
	config: 'config',
	privilege: 'permission',
	mapping: 'data',
	row: 'data',
	notFound: 'data',
	duplicate: 'duplicate',
	conflict: 'conflict',
	race: 'duplicate',
	throttle: 'transient',
	transient: 'transient',
	size: 'transient',
};

const HINTS: Readonly<Record<string, string>> = {
	'0x80048d19':
		'Check the type of the named column; a lookup is sent as <NavigationProperty>@odata.bind.',
	'0x80044331': 'Shorten the value or raise the maximum length of the column.',
	'0x8004431a': 'Send one of the choice values of the column (a number).',
	'0x8004432f': 'Send a number within the range of the column.',
	'0x80044330': 'Send a number within the range of the column.',
	'0x80040239': 'Send a date from 1753 on.',
	'0x80040278': 'Remove control characters from the value.',
	'0x80060891': 'A record that a lookup points at does not exist: write that record first.',
	'0x80040217': 'A record that a lookup points at may not exist: write that record first.',
	'0x80060892': 'Another record already has this value in a key: merge the two.',
	'0x80040237': 'Another record already has this key.',
	'0x80040333': 'A duplicate detection rule found a similar record.',
	'0x80040265': 'A plug-in of the environment refused the record; its author knows why.',
	'0x80042f09': 'Give the application user a security role with rights on the table.',
	'0x80072560':
		'Create an application user for the client ID in this environment (Power Platform admin center → Environment → Settings → Application users).',
	'0x80040220': 'Give the security role of the application user the privilege the message names.',
};

/** The next step after a fault with this code, where we know one. */
export const hintOf = (code: string): string | undefined => HINTS[code];

/** The error of one record, in the form every node shows. */
export function recordError(fault: Fault): RecordError {
	const category = CATEGORIES[classify(fault)];
	const fields = fieldsNamed(fault.message);
	const hint = hintOf(fault.code);
	return {
		code: fault.code || `http${fault.status}`,
		category,
		message: fault.message,
		retryable: category === 'transient' || category === 'conflict',
		...(hint ? { hint } : {}),
		...(fields.length > 0 ? { fields } : {}),
	};
}
