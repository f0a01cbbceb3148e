import type { SwitchSettings } from '../switches';
import { defaultsOf, setKnown } from '../switches';

/**
 * Every unconfirmed behaviour this stand-in shows (dataverse contract section 9), its values, the default
 * first. A client must pass with every value. Ours are U-26: does a live wildcard act in `eq` too (S-27)? And of
 * elastic tables (4.7) U-27: does a read without the session token see what was just written? U-28: which rows of a
 * bulk call does its error list? U-29: which answer of a `$batch` carries the token?
 */
export const switchValues = {
	'U-01': ['refused', 'accepted'],
	'U-02': ['400', '404', 'acceptedInId'],
	'U-03': ['decodedInUrl', 'neverDecoded', 'alwaysDecoded'],
	'U-04': ['silent', 'index', 'key'],
	'U-05': ['400 0x80044352', '410 0x80044352', '500 0x80044352', '400 0x80040216'],
	'U-06': ['jsonString', 'nested', 'shortName'],
	'U-07': ['400 0x80040203', '412 0x80040237', '400 0x80040216'],
	'U-08': ['refused', 'converted'],
	'U-09': ['real', '0x0'],
	'U-10': ['real', 'empty'],
	'U-11': ['plainPart', 'nestedMultipart'],
	'U-12': ['accepted', 'refused'],
	'U-13': ['empty', 'ids'],
	'U-14': ['supported', 'refused'],
	'U-15': ['lastPage', 'firstPage', 'ignored'],
	'U-16': ['412', '400'],
	'U-17': ['412', '500'],
	'U-18': ['html', 'json', 'empty'],
	'U-19': ['404 and 405', '405 and 404'],
	'U-20': ['accepted', 'refused'],
	'U-21': ['defaultCurrency', 'refused'],
	'U-22': ['absent', 'present'],
	'U-23': ['400', '500'],
	'U-25': ['folded', 'exact'],
	'U-26': ['literal', 'wildcard'],
	'U-27': ['current', 'stale'],
	'U-28': ['failed', 'all'],
	'U-29': ['part', 'outer'],
} as const;

export type SwitchName = keyof typeof switchValues;

/** The present value of each switch; set them at any time. */
export type Switches = SwitchSettings<typeof switchValues>;

/** Every switch at its default. */
export const defaultSwitches = (): Switches => defaultsOf(switchValues);

/** Sets switches from untrusted input and refuses names and values that do not exist. */
export const setSwitches = (switches: Switches, wanted: Readonly<Record<string, unknown>>): void =>
	setKnown(switchValues, switches, wanted);
