/**
 * `npm run docs`: writes the parameter table of each page in docs/nodes from the built node's own description,
 * between two markers. With --check it only tells which pages are out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './paths.mjs';

const start = '<!-- parameters: written by npm run docs -->';
const end = '<!-- end of parameters -->';
const require = createRequire(import.meta.url);

/** `dist/nodes/FieldMapper/FieldMapper.node.js` → its description and its page. */
function nodeOf(file) {
	const name = path.basename(file, '.node.js');
	const { description } = new (require(path.join(root, file))[name])();
	const page = `${description.displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.md`;
	return { description, page: path.join(root, 'docs/nodes', page) };
}

const plain = (html = '') =>
	html
		.replaceAll(/<a href="([^"]+)">([^<]+)<\/a>/g, '[$2]($1)')
		.replaceAll(/<\/?(b|strong)>/g, '**')
		.replaceAll(/<br\s*\/?>/g, ' ');

/** With the full stop that the texts of a panel leave out. */
const sentence = (text) => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').trim();

const isEntry = (option) => 'value' in option;

/** The choices of a list with what each means. */
function choices({ type, options = [] }) {
	if (type !== 'options' && type !== 'multiOptions') return '';
	return options
		.filter(isEntry)
		.map(
			({ name, description }) =>
				` ${sentence(`**${name}**${description ? `: ${plain(description)}` : ''}`)}`,
		)
		.join('');
}

function defaultOf({ type, default: value, options = [] }) {
	if (type === 'boolean') return value ? 'on' : 'off';
	const chosen = options.find((option) => isEntry(option) && option.value === value);
	if (chosen) return chosen.name;
	return ['string', 'number'].includes(typeof value) && value !== '' ? `\`${value}\`` : '';
}

/** In which case a parameter is there, in words: `when Destination is Dynamics 365`. */
function condition({ displayOptions: { show = {}, hide = {} } = {} }, labels) {
	const say =
		(verb) =>
		([name, values]) => {
			const { title = name, names = {} } = labels[name.replace(/^\//, '')] ?? {};
			return `${title} ${verb} ${values.map((value) => names[value] ?? value).join(' or ')}`;
		};
	const parts = [
		...Object.entries(show).map(say('is')),
		...Object.entries(hide).map(say('is not')),
	];
	return parts.length ? ` *When ${parts.join(' and ')}.*` : '';
}

/** A parameter and, indented under it, those it consists of. */
function rows(property, labels, parents = []) {
	if (property.type === 'hidden') return [];
	const name = property.displayName.replace(/ Name or ID$| Names or IDs$/, '');
	const place = [...parents, name];
	const text = `${sentence(plain(property.description))}${choices(property)}${condition(property, labels)}`;
	const own = `| ${'→ '.repeat(parents.length)}${cell(name)} | ${cell(text)} | ${cell(defaultOf(property))} |`;
	if (property.type === 'notice') return [`| *Note* | ${cell(plain(property.displayName))} | |`];
	const nested = (property.options ?? []).flatMap((option) =>
		option.values ? option.values : isEntry(option) ? [] : [option],
	);
	const isGroup = property.type === 'collection' || property.type === 'fixedCollection';
	return [own, ...(isGroup ? nested.flatMap((inner) => rows(inner, labels, place)) : [])];
}

function labelsOf(properties) {
	const entries = properties.map(({ name, displayName, options = [] }) => {
		const names = options.filter(isEntry).map((option) => [option.value, option.name]);
		return [name, { title: displayName, names: Object.fromEntries(names) }];
	});
	return Object.fromEntries(entries);
}

function table({ properties, outputNames = [] }) {
	const labels = labelsOf(properties);
	const lines = ['| parameter | what it does | default |', '|---|---|---|'];
	lines.push(...properties.flatMap((property) => rows(property, labels)));
	const outputs = outputNames.length > 0 ? `Outputs: **${outputNames.join('**, **')}**.\n\n` : '';
	return `${outputs}${lines.join('\n')}`;
}

function updated(text, description) {
	const [before, rest] = text.split(start);
	const after = rest?.split(end)[1];
	if (after === undefined) throw new Error(`The markers "${start}" and "${end}" are missing`);
	return `${before}${start}\n\n${table(description)}\n\n${end}${after}`;
}

function main(isCheck) {
	const { nodes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).n8n;
	const stale = [];
	for (const { description, page } of nodes.map(nodeOf)) {
		const place = path.relative(root, page);
		if (!existsSync(page)) throw new Error(`${description.displayName} has no page ${place}`);
		const text = readFileSync(page, 'utf8');
		const wanted = updated(text, description);
		if (wanted === text) continue;
		stale.push(place);
		if (!isCheck) writeFileSync(page, wanted);
	}
	if (stale.length === 0) return;
	console.log(`${isCheck ? 'Out of date, run npm run docs' : 'Written'}: ${stale.join(', ')}`);
	if (isCheck) process.exitCode = 1;
}

try {
	main(process.argv.includes('--check'));
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
