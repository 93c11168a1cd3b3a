// What there is, for programs that ask before they begin.
import { may } from '../../access/authorize.ts';
import type { Principal } from '../../access/principal.ts';
import { installationOf } from '../../operations/scope.ts';
import type { Service } from './invoke-command.ts';

/** Names of the cmdlets that he may run: of the others a client of Exchange Online says that there are none. */
function cmdletsOf(principal: Principal, { ports, cmdlets }: Service): string[] {
  const installation = installationOf(ports.directory);
  return cmdlets.filter(({ action }) => may(principal, action, installation)).map(({ name }) => name);
}

/** GET .../{tenant}: an OData service document. */
export function serviceDocument(url: string, principal: Principal, service: Service): object {
  return {
    '@odata.context': `${url}/$metadata`,
    '@adminapi.cmdlets': cmdletsOf(principal, service),
    value: [
      { name: 'InvokeCommand', kind: 'ActionImport', url: 'InvokeCommand' },
      { name: '$batch', kind: 'ActionImport', url: '$batch' },
    ],
  };
}

/** GET .../EXOModuleFile: which cmdlets there are. The script module that the product sends with it is not there: Cordon has a module of its own. */
export function moduleFile(url: string, principal: Principal, service: Service): object {
  return {
    '@odata.context': `${url}/$metadata#Collection(Exchange.GenericHashTable)`,
    value: [
      { product: 'Cordon', version: service.ports.version, exportedCmdlets: cmdletsOf(principal, service).join(',') },
    ],
  };
}
