import { POSTFIX_WORDS, restrictionContract } from '../restriction-contract.ts';

restrictionContract('policy only', ['policy'], POSTFIX_WORDS);
