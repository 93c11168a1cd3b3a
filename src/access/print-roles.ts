// docs/roles.md, printed from the one permission table.
import { ACTIONS, type Action, isProviders, PERMISSIONS, type Permission, ROLE_NAMES, type RoleName } from './roles.ts';

/** Markdown. */
export function printRoles(): string {
  const head = ['action', 'lets one', ...ROLE_NAMES];
  const rows = ACTIONS.map((action) => {
    const { what }: Permission = PERMISSIONS[action];
    return [`\`${action}\``, what, ...ROLE_NAMES.map((role) => cellOf(action, role))];
  });
  return `${TEXT}\n${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function cellOf(action: Action, role: RoleName): string {
  const { roles, alsoAlone = false }: Permission = PERMISSIONS[action];
  if (roles.includes(role)) return isProviders(action) ? 'over all organizations' : 'yes';
  return alsoAlone && PERMISSIONS['roles.write'].roles.some((administrator) => administrator === role)
    ? 'of the only one'
    : '';
}

const TEXT = `# Roles

<!-- Generated from src/access/roles.ts: \`vitest run src/access -u\` writes it anew, and a test fails when it is stale. -->

The roles are those of the article *Remove blocked connectors from the Restricted entities portal*:

- **Who removes** connectors and users from the restricted entities: members of the role groups Organization Management or Security Administrator.
- **Who only reads** them: members of the role groups Global Reader, Security Reader or View-Only Organization Management.
- **Directory roles** give the same: Global Administrator and Security Administrator remove; Global Reader and Security Reader read.

Provider Administrator is Cordon's own: over all organizations of one installation. Security Administrator, Global Reader and Security Reader are role groups and
directory roles alike, under one name. Whoever has no role may do nothing, and everything is answered with 403 \`forbidden\`.

A role reaches as far as the organization of whom it was given to; what another organization has is answered like what does not exist. What is the provider's (*over
all organizations*) needs a role that reaches over all of them. Of an installation's only organization the administrators are the provider, too (*of the only one*);
they cannot create a second one, with which they would not be any more.

**API tokens** have roles as accounts have. A token never may do more than whoever made it, as he is at that moment: when he loses a role his tokens lose it, and
when his account is disabled or deleted they open nothing. A token makes no tokens.

**Subjects** of traced messages, samples and exports need \`trace.content\`. Whoever only traces is told that subjects are hidden (\`subjectsHidden\`).

A refused change stands in the audit log, with who wanted what. In the API document (\`/api/v1/openapi.json\`) each operation says which action it is (\`x-action\`);
[cmdlets.md](cmdlets.md) says of each cmdlet who may run it, and \`Get-ManagementRole -Cmdlet Remove-BlockedConnector\` asks the guard itself.
`;
