import { useSalesforce } from '../sandbox/useSalesforce';
import { campaign } from './salesforceCampaign';
import { collectionLanes } from './salesforceKnobs';

const org = useSalesforce();

describe('by Collections: a run through every fault knob, and one clean run, end as the oracle says (issue 7, salesforce:S25, S30)', () =>
	campaign(org, collectionLanes));
