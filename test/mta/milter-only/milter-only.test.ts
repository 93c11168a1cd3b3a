import { OWN_WORDS, restrictionContract } from '../restriction-contract.ts';

restrictionContract('milter only', ['milter'], OWN_WORDS);
