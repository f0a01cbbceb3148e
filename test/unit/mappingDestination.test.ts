import { SyncError } from '../../shared/core/errors';
import type { Destination } from '../../shared/core/mapping/destination';
import { fitToDestination, missingRequired } from '../../shared/core/mapping/destination';
import type { Mapping, MappingRules } from '../../shared/core/mapping/rules';
import { mappingName } from '../../shared/core/mapping/rules';
import { destination, field } from './mappingDestinationFixture';

const contact = destination(
	field('contactid', { label: 'Contact', type: 'id', updatable: false, required: true }),
	field('lastname', { label: 'Last Name', required: true, maxLength: 5 }),
	field('address1_city', { label: 'Address 1: City' }),
	field('createdon', { label: 'Created On', creatable: false, updatable: false }),
	field('originatingleadid', { label: 'Originating Lead', updatable: false }),
	field('statecode', { label: 'Status', creatable: false, type: 'integer', required: true }),
	field('versionnumber', { creatable: false, updatable: false, type: 'integer' }),
);

function rules(
	fields: ReadonlyArray<string | readonly [string, unknown]>,
	more: Partial<MappingRules> = {},
): MappingRules {
	return {
		keyFields: ['lastname'],
		mappings: fields.map((entry, position): Mapping => {
			const [name, value] = typeof entry === 'string' ? [entry] : entry;
			return {
				name: mappingName(position + 1, name),
				destinationField: name,
				source: value === undefined ? { kind: 'path', path: ['x'] } : { kind: 'constant', value },
				applyUpdates: true,
				read: () => value,
			};
		}),
		...{ applyUpdates: 'all', passThrough: { mode: 'none' }, customAttributes: [] },
		...{ whenEmpty: 'sendNull', whenUnfit: 'convert', ...more },
	};
}

function refusalOf(of: MappingRules, to: Destination = contact): SyncError {
	try {
		fitToDestination(of, to);
	} catch (error) {
		expect(error).toBeInstanceOf(SyncError);
		return error as SyncError;
	}
	throw new Error('Nothing was refused');
}

describe('mapping into a known destination', () => {
	it('sync:T4 gives each mapping the converter of its field', () => {
		const { mappings } = fitToDestination(rules(['lastname', 'statecode']), contact);
		expect(mappings[1].convert?.('7')).toEqual({ kind: 'exact', value: 7 });
		expect(mappings[0].convert?.('Longer')).toMatchObject({ kind: 'unfit' });
	});

	it('design:7 an unknown field is refused by row, with the field most likely meant', () => {
		const error = refusalOf(rules(['lastname', 'adress1_city']));
		expect(error.message).toBe(
			'Mapping 2 ("adress1_city"): Dynamics 365 contact has no field with the technical name "adress1_city".',
		);
		expect(error.details.hint).toContain('Did you mean "Address 1: City" (address1_city)?');
		expect(refusalOf(rules(['lastname', 'Address 1: City'])).details.hint).toContain(
			'(address1_city)',
		);
		expect(refusalOf(rules(['lastname', 'zzz'])).details.hint).not.toContain('Did you mean');
	});

	it('design:7 an unknown key field is refused too', () => {
		const error = refusalOf(rules(['lastname'], { keyFields: ['lastnam'] }));
		expect(error.message).toContain('Key field "lastnam"');
		expect(error.details.hint).toContain('(lastname)');
	});

	it('design:7 a field nobody may write is refused, unless it only identifies', () => {
		expect(refusalOf(rules(['lastname', 'createdon'])).message).toBe(
			'Mapping 2 ("createdon"): Dynamics 365 contact does not let anybody write "Created On" (createdon).',
		);
		const byVersion = rules(['versionnumber'], { keyFields: ['versionnumber'] });
		expect(fitToDestination(byVersion, contact).mappings).toHaveLength(1);
	});

	it('design:7 create-only fields are insert-only whatever Apply Updates says', () => {
		const { mappings } = fitToDestination(rules(['lastname', 'originatingleadid']), contact);
		expect(mappings.map(({ createOnly }) => createOnly)).toEqual([false, true]);
	});

	it('design:7 a fixed value that can never fit is refused once, not for every record', () => {
		const error = refusalOf(rules(['lastname', ['statecode', 'abc']]));
		expect(error.message).toContain('Mapping 2 ("statecode"): the fixed value is "abc"');
		const rounded = rules(['lastname', ['statecode', '1.5']]);
		expect(() => fitToDestination(rounded, contact)).not.toThrow();
		expect(refusalOf({ ...rounded, whenUnfit: 'reject' }).message).toContain('only changed');
		const leftOut = rules(['lastname', ['statecode', 'abc']], { whenUnfit: 'leaveOut' });
		expect(() => fitToDestination(leftOut, contact)).not.toThrow();
	});

	it('design:7 names required fields that nobody feeds; ids and what cannot be given are not asked for', () => {
		const missing = (...fields: string[]) =>
			missingRequired(rules(fields), contact.fields).map(({ name }) => name);
		expect(missing('address1_city')).toEqual(['lastname']);
		expect(missing('lastname')).toEqual([]);
	});
});
