import type { FieldInfo } from '../../shared/core/field';
import type { SyncRecord } from '../../shared/core/record';
import { suggestMappings } from '../../shared/core/suggest';
import { sourceFields } from '../../shared/core/suggest/sources';
import { field, toField } from './mappingDestinationFixture';

const suggest = (record: SyncRecord, fields: readonly FieldInfo[]) =>
	suggestMappings(sourceFields([record]), fields, (one) => toField(one)).map((found) => ({
		pair: [found.source.path.join('.'), found.field.name],
		score: found.score,
		why: found.why,
	}));

const pairs = (record: SyncRecord, fields: readonly FieldInfo[]) =>
	suggest(record, fields).map(({ pair: [source, name] }) => `${source} → ${name}`);

describe('pairs of suggested mappings', () => {
	it.each([
		['may be created only', { updatable: false }],
		['may be updated only', { creatable: false }],
	])('design:7 suggests a field that %s', (_, more) => {
		expect(pairs({ size: 'x' }, [field('size', more)])).toEqual(['size → size']);
	});

	it('design:7 reads the names on the way to a nested value as words', () => {
		const [found] = suggest({ billing: { size: 'x' } }, [field('size')]);
		expect(found).toMatchObject({ score: 90, why: 'same name apart from prefixes' });
	});

	it.each([
		['the shortest name', ['main_size', 'size', 'size_of_x'], 'size'],
		['the first by alphabet among names of one length', ['work_size', 'main_size'], 'main_size'],
		['the same one in any order', ['main_size', 'work_size'], 'main_size'],
	])('design:7 of fields that are equally sure %s is taken', (_, names, taken) => {
		const fields = names.map((name) => field(name));
		expect(pairs({ billing: { size: 'x' } }, fields)).toEqual([`billing.size → ${taken}`]);
	});

	it('design:7 of sources that are equally sure the first is taken', () => {
		const fields = [field('city')];
		expect(pairs({ town: 'x', ort: 'x' }, fields)).toEqual(['town → city']);
		expect(pairs({ ort: 'x', town: 'x' }, fields)).toEqual(['ort → city']);
	});

	it.each([
		['the label', 'Shoe Size', 97, 'same label'],
		['the label but for where it belongs', 'Main Shoe Size', 87, 'same label apart from prefixes'],
		['a similar label', 'Shoe-Sizes', 68, 'similar label'],
	])('design:7 finds a field by %s, and says so', (_, label, score, why) => {
		const fields = [field('crmsync_x', { label })];
		expect(suggest({ shoeSize: 'x' }, fields)).toEqual([
			{ pair: ['shoeSize', 'crmsync_x'], score, why },
		]);
	});

	it('design:7 the technical name wins a tie with the label', () => {
		const fields = [field('phone2', { label: 'telephoni' })];
		expect(suggest({ telephone: 'x' }, fields)[0]).toMatchObject({
			score: 68,
			why: 'same meaning',
		});
	});

	it.each([
		['less than the name', 'mial', 'similar name; the values look like e-mail addresses', 60],
		['more than the name', 'kanal', 'the values look like e-mail addresses', 60],
		['as much as the name', 'mail', 'same name; the values look like e-mail addresses', 100],
	])('design:7 values that say %s', (_, name, why, score) => {
		expect(suggest({ [name]: 'ada@example.org' }, [field('mail')])[0]).toMatchObject({
			score,
			why,
		});
	});

	it('design:7 a pair of exactly 50 % is suggested, one below is not', () => {
		expect(suggest({ abcdexyz: 'x' }, [field('abcdefgh')])[0].score).toBe(50);
		expect(pairs({ abcdwxyz: 'x' }, [field('abcdefgh')])).toEqual([]);
	});

	it('design:7 a field without values is suggested by name, and says that nothing was checked', () => {
		const [found] = suggest({ size: null }, [field('size')]);
		expect(found).toMatchObject({ score: 100, why: 'same name; no values to check' });
	});

	it('design:11 converts no values for a pair whose names and values say nothing', () => {
		const convert = jest.fn(toField(field('size')));
		const sources = sourceFields([{ quux: 'x' }]);
		expect(suggestMappings(sources, [field('size')], () => convert)).toEqual([]);
		expect(convert).not.toHaveBeenCalled();
	});

	it('design:7 only plain objects are nested: lists, dates and empty values are values', () => {
		const at = new Date(0);
		const bare: SyncRecord = Object.assign(Object.create(null) as SyncRecord, { b: 1 });
		const record = { at, bare, list: [1], nothing: null, missing: undefined, text: 't' };
		expect(sourceFields([record])).toEqual([
			{ path: ['at'], samples: [at] },
			{ path: ['bare', 'b'], samples: [1] },
			{ path: ['list'], samples: [[1]] },
			{ path: ['nothing'], samples: [] },
			{ path: ['missing'], samples: [] },
			{ path: ['text'], samples: ['t'] },
		]);
	});
});
