import { likeness, readName } from '../../shared/core/suggest/names';

const alike = (one: string, other: string) => likeness(readName(one), readName(other));

describe('names of suggested mappings', () => {
	it.each([
		['a capital after a small letter begins a word', 'dateOfBirth', ['date', 'of', 'birth']],
		['capitals in a row are one word', 'customerID', ['customer', 'id']],
		['a capital after a sign begins no second word', 'Shoe-Size', ['shoe', 'size']],
		['digits are a word of their own', 'line2City', ['line', '2', 'city']],
		['digits in a row are one word', 'address12_city', ['address', '12', 'city']],
		['the number one is no word', 'Address 1: City', ['address', 'city']],
		['accents do not count', 'Prénom', ['prenom']],
		['umlauts are spelt out, composed or not', 'Mu\u0308ller größe', ['mueller', 'groesse']],
		['a composed letter ends a word like any other', 'Menu\u0308Art', ['menue', 'art']],
		['signs alone have no words', '-- !', []],
	])('design:7 %s: %s', (_, name, words) => {
		expect(readName(name).words).toEqual(words);
	});

	it.each([
		['a publisher prefix is left out', 'new_shoe_size', 'shoesize'],
		['so is one with digits inside', 'b2b_size', 'size'],
		['so is one of eight letters', 'abcdefgh_size', 'size'],
		['so is one before a single letter', 'new_x', 'x'],
		['nine letters are no prefix', 'abcdefghi_size', 'abcdefghisize'],
		['nor is one letter', 'x_size', 'xsize'],
		['nor a word within a label', 'Shop new_size', 'shopnewsize'],
		['nor capitals', 'NEW_size', 'newsize'],
		['nor digits at the start', '9ab_size', '9absize'],
		['nor the only word', 'new_', 'new'],
		['nor the only word beside a number', 'shoe_2', 'shoe2'],
		['nor a word with a number at its end', 'shoe2_size', 'shoe2size'],
		['words that only say where a value belongs are left out', 'Billing size', 'size'],
		['unless there is no other', 'Main Address', 'mainaddress'],
		['unless only a number is left', 'address2', 'address2'],
	])('design:7 core of a name: %s: %s', (_, name, core) => {
		expect(readName(name).core).toBe(core);
	});

	it.each(['cr4f2_size', 'cr123_size', 'crabc_size'])(
		'dataverse: the prefix of the default publisher is left out, digits and all: %s',
		(name) => {
			expect(readName(name)).toMatchObject({ core: 'size', number: undefined });
		},
	);

	it.each([
		['address2_city', '2'],
		['address12_city', '12'],
		['street2_name', '2'],
		['address1_city', undefined],
		['city', undefined],
	])('design:7 which of several fields a name means: %s is number %s', (name, number) => {
		expect(readName(name).number).toBe(number);
	});

	it.each([
		['telephone23', 'phone'],
		['new_plz', 'postalCode'],
		['account_name', 'company'],
		['shoe size', undefined],
	])('design:7 what a name means: %s means %s', (name, meaning) => {
		expect(readName(name).meaning).toBe(meaning);
	});

	it.each([
		['same words joined', 'shoeSize', 'SHOE-SIZE', '100 %, same name'],
		['no letters', '', '!', '0 %, a name without letters'],
		['no letters on one side', 'size', '!', '0 %, similar name'],
		['same core', 'new_shoesize', 'shoesize', '90 %, same name apart from prefixes'],
		['same meaning', 'surname', 'nachname', '88 %, same meaning'],
		['same meaning, another number', 'town', 'city2', '68 %, same meaning'],
		['same words in another order', 'size of shoe', 'shoe: size of', '80 %, similar name'],
		[
			'words in common as a share of all',
			'red shoe size',
			'shoe size red blue green',
			'60 %, similar name',
		],
		['a word said twice counts once', 'shoe shoe', 'shoe box', '53 %, similar name'],
		['a letter too many', 'abcdefghi', 'abcdefgh', '71 %, similar name'],
		['a letter too few', 'abcdefg', 'abcdefgh', '70 %, similar name'],
		['another letter', 'abcdefgx', 'abcdefgh', '70 %, similar name'],
		['two letters swapped', 'abcdefhg', 'abcdefgh', '70 %, similar name'],
		['the first two letters swapped', 'bacdefgh', 'abcdefgh', '70 %, similar name'],
		['letters swapped twice', 'badcefgh', 'abcdefgh', '60 %, similar name'],
		['no swap: only one of two letters is found again', 'xyzab', 'xyzbc', '48 %, similar name'],
		['no swap: only the other one is', 'xyzab', 'xyzca', '48 %, similar name'],
		['similar, another number', 'abcdefgh 2', 'abcdefgh', '51 %, similar name'],
		['nothing in common, another number', 'xyz 2', 'abc', '0 %, similar name'],
		['half as long', 'ab', 'abcd', '40 %, similar name'],
		['less than half as long', 'abc', 'abcdefg', '0 %, similar name'],
	])('design:7 %s: %s and %s are alike by %s', (_, one, other, found) => {
		const { score, why } = alike(one, other);
		expect(`${score} %, ${why}`).toBe(found);
		expect(alike(other, one).score).toBe(score);
	});
});
