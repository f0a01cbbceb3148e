/** Names that mean one thing in customer data, English and German, each in lower case without separators. */
const meanings: Readonly<Record<string, readonly string[]>> = {
	birthday: ['birthdate', 'birthday', 'dateofbirth', 'dob', 'geburtsdatum', 'geburtstag'],
	city: ['city', 'town', 'ort', 'stadt', 'wohnort', 'ville'],
	company: [
		'company',
		'companyname',
		'accountname',
		'firm',
		'organisation',
		'organization',
		'firma',
		'employer',
	],
	country: ['country', 'countryregion', 'countryname', 'land', 'staat', 'pays'],
	customerNumber: [
		...['accountnumber', 'accountno', 'customernumber', 'customerno', 'customerid'],
		...['kundennummer', 'kundennr'],
	],
	description: ['description', 'notes', 'note', 'comment', 'bemerkung', 'notiz', 'beschreibung'],
	email: ['email', 'mail', 'emailaddress', 'mailaddress', 'emailadresse', 'mailadresse'],
	employees: [
		...['employees', 'numberofemployees', 'employeecount', 'headcount', 'staff'],
		...['mitarbeiter'],
	],
	fax: ['fax', 'faxnumber', 'telefax'],
	firstName: ['firstname', 'givenname', 'forename', 'vorname', 'prenom'],
	gender: ['gender', 'sex', 'gendercode', 'geschlecht'],
	jobTitle: ['jobtitle', 'position', 'jobposition', 'funktion', 'berufsbezeichnung'],
	lastName: ['lastname', 'surname', 'familyname', 'nachname', 'familienname'],
	mobile: ['mobile', 'mobilephone', 'mobilenumber', 'cell', 'cellphone', 'handy', 'mobiltelefon'],
	phone: [
		'phone',
		'mainphone',
		'telephone',
		'tel',
		'phonenumber',
		'telephonenumber',
		'telefon',
		'rufnummer',
	],
	postalCode: ['zip', 'zipcode', 'postcode', 'postalcode', 'zippostalcode', 'plz', 'postleitzahl'],
	region: ['state', 'province', 'stateprovince', 'stateorprovince', 'bundesland', 'kanton'],
	revenue: ['revenue', 'annualrevenue', 'turnover', 'umsatz', 'jahresumsatz'],
	salutation: ['salutation', 'anrede'],
	street: ['street', 'street1', 'line', 'addressline', 'strasse', 'strassehausnummer', 'rue'],
	website: ['website', 'websiteurl', 'url', 'homepage', 'webseite', 'internet'],
};

const meaningOfName: ReadonlyMap<string, string> = new Map(
	Object.entries(meanings).flatMap(([meaning, names]) => names.map((name) => [name, meaning])),
);

/** What a name means, where customer data has a usual meaning for it. */
export function meaningOf(compactName: string): string | undefined {
	return meaningOfName.get(compactName);
}

/** Words that say where a value belongs rather than what it is, and are left out of one of the two names as a rule. */
export const placeWords: ReadonlySet<string> = new Set([
	...['address', 'contact', 'account', 'customer', 'person', 'user', 'lead', 'main', 'primary'],
	...['business', 'work', 'billing', 'mailing', 'adresse', 'kunde', 'kontakt', 'haupt'],
]);
