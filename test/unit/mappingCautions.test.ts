import { mappingCautions } from '../../shared/core/mapping/cautions';
import type { Mapping } from '../../shared/core/mapping/rules';
import { mappingName } from '../../shared/core/mapping/rules';
import { parseParameter } from '../../shared/core/parsedParameter';

function cautions(raw: unknown, more: Partial<Mapping> = {}, records: object[] = [{ name: 'x' }]) {
	const mapping: Mapping = {
		name: mappingName(2, 'fax'),
		destinationField: 'fax',
		source: parseParameter(raw, () => true),
		applyUpdates: true,
		read: () => undefined,
		...more,
	};
	return mappingCautions({ mappings: [mapping] }, records as Array<Record<string, unknown>>);
}

describe('cautions about mappings', () => {
	it.each([
		['={{ $json.nmae }}', 'Mapping 2 ("fax") reads "nmae", and no record of the input has'],
		['name', 'Mapping 2 ("fax") sends the fixed text "name" in every record'],
	])('design:7 %j is worth a word', (raw, said) => {
		expect(cautions(raw)).toEqual([expect.stringContaining(said)]);
	});

	it('design:7 nothing is said about what may well be meant', () => {
		const late = [{ name: 'x' }, { late: 1 }];
		expect(cautions('={{ $json.late }}', {}, late)).toEqual([]);
		expect(cautions('airport')).toEqual([]);
		expect(cautions(7)).toEqual([]);
		expect(cautions('={{ $json.nothing.trim() }}')).toEqual([]);
		expect(cautions('={{ $json.nmae }}', {}, [])).toEqual([]);
	});
});
