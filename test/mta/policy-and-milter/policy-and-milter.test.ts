import { OWN_WORDS, restrictionContract } from '../restriction-contract.ts';

restrictionContract('policy and milter', ['policy', 'milter'], OWN_WORDS);
