import type { Translations } from './model';
import { payloadError } from './odataError';
import { isPayload } from './payload';

/** The organisation's own language (LCID of US English). */
export const BASE_LANGUAGE = 1033;

interface Labelled {
	readonly label: string;
	readonly translations?: Translations;
}

/** A label's text for a user's language, in the organisation's own where it has no translation. */
export const text = ({ label, translations }: Labelled, language: number): string =>
	translations?.[language] ?? label;

/** A label as metadata shows it: every language, and the caller's (S-26). */
export function labelShape(
	labelled: Labelled,
	language = BASE_LANGUAGE,
): Readonly<Record<string, unknown>> {
	const all: ReadonlyArray<readonly [number, string]> = [
		[BASE_LANGUAGE, labelled.label],
		...Object.entries(labelled.translations ?? {}).map(
			([code, each]) => [Number(code), each] as const,
		),
	];
	const shown = all
		.filter(([, each]) => each !== '')
		.map(([LanguageCode, Label]) => ({ Label, LanguageCode, IsManaged: false }));
	const own = shown.find(({ LanguageCode }) => LanguageCode === language) ?? shown[0] ?? null;
	return { LocalizedLabels: shown, UserLocalizedLabel: own };
}

/** A label out of a request; with `before`, the languages it does not name are kept (T-22). */
export function readLabel(value: unknown, before?: Labelled): Required<Labelled> {
	const list = isPayload(value) ? value.LocalizedLabels : undefined;
	const kept: Record<number, string> =
		before === undefined ? {} : { ...before.translations, [BASE_LANGUAGE]: before.label };
	const labels: Record<number, string> = kept;
	for (const each of Array.isArray(list) ? (list as unknown[]) : []) {
		if (!isPayload(each) || typeof each.Label !== 'string') {
			throw payloadError('', 'A localized label needs Label and LanguageCode.');
		}
		labels[Number(each.LanguageCode)] = each.Label;
	}
	const { [BASE_LANGUAGE]: label = '', ...translations } = labels;
	return { label, translations };
}
