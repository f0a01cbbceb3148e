import { testCrashes } from './crashCampaign';
import { dataverse } from './crashDataverse';

testCrashes(dataverse, 'SQLite');
