# Printed from the table of cmdlets (src/cmdlets/powershell-module.ts): change it there.
Set-StrictMode -Version Latest
. ([System.IO.Path]::Combine($PSScriptRoot, 'Client.ps1'))

function Add-RoleGroupMember {
    <#
    .SYNOPSIS
    Give an account a role.

    .DESCRIPTION
    Nobody gives what he has not himself. An API token lets nobody in: this needs somebody who signed in, or the command line on the guard’s own host. Roles that a sign-in provider asserts are changed there.

    .PARAMETER Identity
    The role group: the name of a role, as Get-ManagementRole lists it.

    .PARAMETER Member
    The account: its sign-in name, its GUID or its mail address.

    .PARAMETER BypassSecurityGroupManagerCheck
    Acts also where you do not manage the group. It does nothing here: role groups have no managers.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Add-RoleGroupMember -Identity "Security Administrator" -Member anna

    Lets anna restrict and unblock.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter(Mandatory)]
        [string]
        $Member,

        [Parameter()]
        [switch]
        $BypassSecurityGroupManagerCheck
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}

function Disable-ProtectionAlert {
    <#
    .SYNOPSIS
    Turn alert policies off.

    .DESCRIPTION
    No alert is raised from now on; what is open stays open.

    .PARAMETER Identity
    The alert policy: its name or GUID.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Disable-ProtectionAlert -Identity "Suspicious connector activity"

    Turns the policy off.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}

function Enable-ProtectionAlert {
    <#
    .SYNOPSIS
    Turn alert policies on.

    .DESCRIPTION
    Alerts are raised from now on.

    .PARAMETER Identity
    The alert policy: its name or GUID.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Enable-ProtectionAlert -Identity "Suspicious connector activity"

    Turns the policy on.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}

function Get-AcceptedDomain {
    <#
    .SYNOPSIS
    View the organization's own domains: mail to any other one is relaying.

    .DESCRIPTION
    View the organization's own domains: mail to any other one is relaying.

    .PARAMETER Identity
    The domain to view: its name or its GUID.

    .PARAMETER ResultSize
    At most so many are shown; Unlimited for all. 1000 where it is not given.

    .OUTPUTS
    Cordon.AcceptedDomain
    DomainName (String): Mail to it is not relaying.
    Name (String): The same.
    DomainType (String): Authoritative.
    Identity (String): What -Identity takes.
    Guid (Guid): What -Identity takes, too.
    TenantId (Guid): The organization.
    IsValid (Boolean): True.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-AcceptedDomain

    Lists the accepted domains.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.AcceptedDomain')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [string]
        $ResultSize
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.AcceptedDomain' '' $given $_ }
}

function Get-AdminAuditLogConfig {
    <#
    .SYNOPSIS
    View whether the audit log is on.

    .DESCRIPTION
    View whether the audit log is on.

    .OUTPUTS
    Cordon.AdminAuditLogConfig
    Name (String): Admin Audit Log Settings.
    UnifiedAuditLogIngestionEnabled (Boolean): False: nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.
    AdminAuditLogEnabled (Boolean): The same: there is one log.
    Identity (String): The name.
    IsValid (Boolean): True.
    OrganizationId (Guid): Whose log it is.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-AdminAuditLogConfig | Format-List UnifiedAuditLogIngestionEnabled

    Shows whether the audit log is on.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.AdminAuditLogConfig')]
    param()
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.AdminAuditLogConfig' '' }
}

function Get-BlockedConnector {
    <#
    .SYNOPSIS
    View inbound connectors that have been detected as potentially compromised and may not relay.

    .DESCRIPTION
    Without a parameter it lists all blocked connectors of the organization, the newest first.

    .PARAMETER ConnectorId
    The blocked connector to view, for example 159eb7c4-75d7-43e2-95fe-ced44b3e0a56.

    .OUTPUTS
    Cordon.BlockedConnector
    ConnectorId (Guid): What Remove-BlockedConnector takes.
    ConnectorName (String): As it was called when it was blocked.
    TenantId (Guid): The organization.
    Reason (String): Machine-readable, parts separated by semicolons.
    CreatedTime (DateTime): Since when it is blocked.
    ExpirationTime (DateTime): Until when; empty: until somebody unblocks it.
    Evidence (String[]): What was seen against what is usual, in plain words.
    IncidentId (Guid): Evidence and samples hang on it.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-BlockedConnector

    Lists the blocked connectors.

    .EXAMPLE
    Get-BlockedConnector -ConnectorId 159eb7c4-75d7-43e2-95fe-ced44b3e0a56 | Format-List

    Shows the details of one.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.BlockedConnector')]
    param(
        [Parameter()]
        [guid]
        $ConnectorId
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.BlockedConnector' '' }
}

function Get-BlockedSenderAddress {
    <#
    .SYNOPSIS
    View users that may not send because they sent spam or exceeded a sending limit.

    .DESCRIPTION
    Without a parameter it lists all blocked users of the organization, the newest first. A user is whoever signs in at the mail server: the login stands for the sender address.

    .PARAMETER SenderAddress
    The blocked user to view: the login, in any case.

    .OUTPUTS
    Cordon.BlockedSenderAddress
    SenderAddress (String): What Remove-BlockedSenderAddress takes.
    Reason (String): Machine-readable, parts separated by semicolons.
    CreatedDatetime (DateTime): Since when the user is blocked.
    ChangedDatetime (DateTime): When the block was last changed.
    TemporaryBlock (Boolean): True: it ends by itself.
    ExpirationTime (DateTime): Until when; empty: until somebody unblocks the user.
    UserId (Guid): Of the user, in Cordon.
    TenantId (Guid): The organization.
    Evidence (String[]): What was seen against what is usual, in plain words.
    IncidentId (Guid): Evidence and samples hang on it.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-BlockedSenderAddress

    Lists the blocked users.

    .EXAMPLE
    Get-BlockedSenderAddress -SenderAddress julia@contoso.com

    Shows the details of one.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.BlockedSenderAddress')]
    param(
        [Parameter()]
        [string]
        $SenderAddress
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.BlockedSenderAddress' '' }
}

function Get-ConnectionInformation {
    <#
    .SYNOPSIS
    View who is connected, to which organization, and with which roles.

    .DESCRIPTION
    This is what the guard knows of whoever asks. What only the client knows (the prefix of its commands, its module) is empty.

    .OUTPUTS
    Cordon.ConnectionInformation
    ConnectionId (Guid): The account or API token that is connected.
    State (String): Connected.
    Id (Int32): 1.
    Name (String): Cordon_1.
    UserPrincipalName (String): Of the account or API token.
    ConnectionUri (String): Where the guard answers.
    AzureAdAuthorizationEndpointUri (String): Empty.
    TokenExpiryTimeUTC (DateTime): Until when the API token is valid; empty: until it is revoked.
    CertificateAuthentication (Boolean): False.
    ModuleName (String): Empty.
    ModulePrefix (String): Empty.
    Organization (String): Its name.
    DelegatedOrganization (String): Its name, for whoever sees all organizations.
    AppId (Guid): Of an API token.
    PageSize (Int32): So many objects come at once, unless the client asks for fewer.
    TenantID (Guid): The organization.
    TokenStatus (String): Active.
    ConnectionUsedForInbuiltCmdlets (Boolean): True.
    IsEopSession (Boolean): False.
    Roles (String[]): What you may do comes from them: see Get-ManagementRole.
    ServerVersion (String): Of the guard.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-ConnectionInformation

    Shows the connection.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.ConnectionInformation')]
    param()
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.ConnectionInformation' '' }
}

function Get-HostedOutboundSpamFilterPolicy {
    <#
    .SYNOPSIS
    View how much users may send, and what happens beyond it.

    .DESCRIPTION
    Cordon has one policy in an organization, of all its users. What it limits beside the three numbers of the policy (messages, connectors, single logins) is in UserLimits, ConnectorLimits and LoginLimits.

    .PARAMETER Identity
    Default: there is no other policy.

    .OUTPUTS
    Cordon.HostedOutboundSpamFilterPolicy
    AdminDisplayName (String): Empty.
    IsDefault (Boolean): True: an organization has this one.
    ConfigurationType (String): Empty.
    Enabled (Boolean): True: it cannot be turned off.
    RecipientLimitExternalPerHour (Int32): Recipients outside the accepted domains that a user may have in 60 minutes; 0: not limited.
    RecipientLimitInternalPerHour (Int32): Recipients in the accepted domains that a user may have in 60 minutes; 0: not limited.
    RecipientLimitPerDay (Int32): Recipients that a user may have in a day (UTC); 0: the service default, 10 000; empty: not limited.
    ActionWhenThresholdReached (String): Alert, BlockUserForToday or BlockUser; empty where the three have different actions or others: see UserLimits.
    NotifyOutboundSpam (Boolean): False: alert policies say who is told.
    NotifyOutboundSpamRecipients (String[]): Empty.
    BccSuspiciousOutboundMail (Boolean): False: Cordon copies no mail.
    BccSuspiciousOutboundAdditionalRecipients (String[]): Empty.
    RecommendedPolicyType (String): Custom.
    AutoForwardingMode (String): On: Cordon treats forwarded mail as any other.
    Name (String): Default.
    Identity (String): What Set-HostedOutboundSpamFilterPolicy takes.
    DistinguishedName (String): Empty.
    WhenChangedUTC (DateTime): Empty: the audit log says when it was changed, and by whom.
    ExchangeObjectId (Guid): The organization.
    OrganizationId (String): The organization's name.
    Id (String): As Identity.
    Guid (Guid): The organization.
    IsValid (Boolean): True.
    UserLimits (String[]): All limits of each user: measure=most:action.
    ConnectorLimits (String[]): Those of each connector that does not limit the measure itself.
    LoginLimits (String[]): Those of single logins, in place of UserLimits.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-HostedOutboundSpamFilterPolicy -Identity Default

    Shows the policy.

    .EXAMPLE
    Get-HostedOutboundSpamFilterPolicy | Format-Table Name,RecipientLimit*,ActionWhenThresholdReached

    Shows the limits, and what happens beyond them.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.HostedOutboundSpamFilterPolicy')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.HostedOutboundSpamFilterPolicy' '' $given $_ }
}

function Get-InboundConnector {
    <#
    .SYNOPSIS
    View the connectors of the organization: its configured ways in.

    .DESCRIPTION
    View the connectors of the organization: its configured ways in.

    .PARAMETER Identity
    The connector to view: its name or its GUID.

    .PARAMETER ResultSize
    At most so many are shown; Unlimited for all. 1000 where it is not given.

    .OUTPUTS
    Cordon.InboundConnector
    Enabled (Boolean): False: nobody is recognized as it.
    ConnectorType (String): OnPremises relays; Partner delivers to the organization only.
    ConnectorSource (String): Default.
    Comment (String): What somebody noted.
    SenderIPAddresses (String[]): Address blocks by which it is recognized.
    SenderDomains (String[]): smtp:*;1: what a client says of itself decides nothing.
    TrustedOrganizations (String[]): Empty.
    ClientHostNames (String[]): Empty.
    AssociatedAcceptedDomains (String[]): Accepted domains that it is meant for.
    RequireTls (Boolean): True: it is recognized by a certificate alone.
    RestrictDomainsToIPAddresses (Boolean): False.
    RestrictDomainsToCertificate (Boolean): False.
    CloudServicesMailEnabled (Boolean): False.
    TreatMessagesAsInternal (Boolean): False.
    TlsSenderCertificateName (String): Name in the client certificate; empty: none.
    EFTestMode (Boolean): False.
    ScanAndDropRecipients (String[]): Empty.
    EFSkipLastIP (Boolean): False.
    EFSkipIPs (String[]): Empty.
    EFSkipMailGateway (String[]): Empty.
    EFUsers (String[]): Empty.
    AdminDisplayName (String): Empty.
    Name (String): What -Identity takes.
    Identity (String): The name.
    WhenChangedUTC (DateTime): Empty: the audit log tells what was changed when.
    WhenCreatedUTC (DateTime): When it was created.
    Guid (Guid): What -Identity and -ConnectorId take.
    IsValid (Boolean): True.
    TenantId (Guid): The organization.
    ClientCertificateFingerprints (String[]): SHA-256 of client certificates.
    SaslUsernames (String[]): Logins by which it is recognized.
    LocalSubmission (Boolean): Mail handed in on the mail server itself is its.
    Mode (String): enforce, observe or exempt.
    Bulk (Boolean): It sends to new recipients by nature.
    Armed (Boolean): Blocked from its first message on, without days of observation.
    SendNdr (Boolean): Senders of refused mail get a report.
    Blocked (Boolean): It may not relay now: see Get-BlockedConnector.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-InboundConnector

    Lists the connectors.

    .EXAMPLE
    Get-InboundConnector "Branch office" | Format-List

    Shows the settings of one.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.InboundConnector')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [string]
        $ResultSize
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.InboundConnector' '' $given $_ }
}

function Get-ManagementRole {
    <#
    .SYNOPSIS
    View roles, and find those that may run a cmdlet.

    .DESCRIPTION
    With -Cmdlet it lists the roles that may run it, with -CmdletParameters those that may give these parameters, too. Get-ManagementRoleAssignment tells who has them.

    .PARAMETER Identity
    The name of a role.

    .PARAMETER Cmdlet
    The name of a cmdlet, for example Remove-BlockedConnector.

    .PARAMETER CmdletParameters
    Parameters of that cmdlet.

    .OUTPUTS
    Cordon.ManagementRole
    Name (String): What Get-ManagementRoleAssignment -Role takes.
    RoleType (String): The name without spaces.
    Description (String): What it lets one do.
    RoleEntries (String[]): The cmdlets that it lets one run.
    IsRootRole (Boolean): True: roles are not made from others.
    IsEndUserRole (Boolean): False.
    Identity (String): As Name.
    IsValid (Boolean): True.
    Rights (String[]): As docs/roles.md names them.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-ManagementRole -Cmdlet Remove-BlockedConnector

    Lists the roles that may unblock connectors.

    .EXAMPLE
    $Perms = Get-ManagementRole -Cmdlet Remove-BlockedConnector
$Perms | foreach {Get-ManagementRoleAssignment -Role $_.Name -Delegating $false | Format-Table -Auto Role,RoleAssigneeType,RoleAssigneeName}

    Finds the permissions that are required to run a cmdlet.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.ManagementRole')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [string]
        $Cmdlet,

        [Parameter()]
        [string[]]
        $CmdletParameters
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.ManagementRole' '' $given $_ }
}

function Get-ManagementRoleAssignment {
    <#
    .SYNOPSIS
    View who has a role, and who may give it.

    .DESCRIPTION
    Each role is assigned to the role group of its name, whose members Get-RoleGroupMember lists; -GetEffectiveUsers lists them here, and the API tokens that have the role, as far as you may see those. A delegating assignment lets its group give the role: administrators give what they have themselves.

    .PARAMETER Role
    The name of a role, as Get-ManagementRole lists it.

    .PARAMETER RoleAssignee
    The name of a role group, an account or an API token.

    .PARAMETER RoleAssigneeType
    What has it: ServicePrincipal is an API token. Values: RoleGroup, User, ServicePrincipal.

    .PARAMETER Delegating
    $true: only who may give the role; $false: only who has it.

    .PARAMETER GetEffectiveUsers
    Lists also accounts and API tokens one by one, as asking for one of them by -RoleAssignee does.

    .OUTPUTS
    Cordon.ManagementRoleAssignment
    Name (String): Role and assignee.
    Role (String): What is assigned.
    RoleAssignee (String): As RoleAssigneeName.
    RoleAssigneeName (String): To whom.
    RoleAssigneeType (String): RoleGroup, User or ServicePrincipal (an API token).
    AssignmentMethod (String): Direct, or RoleGroup for a member of one.
    EffectiveUserName (String): All Group Members; with -GetEffectiveUsers who.
    RoleAssignmentDelegationType (String): Regular, or DelegatingOrgWide: may give the role.
    Enabled (Boolean): False for an account that is disabled.
    Identity (String): As Name.
    IsValid (Boolean): True.
    AssigneeId (Guid): Of the account or API token; empty for a role group.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-ManagementRoleAssignment -Role "Security Administrator" -Delegating $false | Format-Table -Auto Role,RoleAssigneeType,RoleAssigneeName

    Shows to what a role is assigned.

    .EXAMPLE
    Get-ManagementRoleAssignment -Role "Security Administrator" -GetEffectiveUsers

    Lists the accounts and API tokens that have it, too.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.ManagementRoleAssignment')]
    param(
        [Parameter(ValueFromPipelineByPropertyName)]
        [string]
        $Role,

        [Parameter()]
        [string]
        $RoleAssignee,

        [Parameter()]
        [ArgumentCompletions('RoleGroup', 'User', 'ServicePrincipal')]
        [string]
        $RoleAssigneeType,

        [Parameter()]
        [bool]
        $Delegating,

        [Parameter()]
        [switch]
        $GetEffectiveUsers
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.ManagementRoleAssignment' '' $given $_ }
}

function Get-MessageTraceV2 {
    <#
    .SYNOPSIS
    Trace messages: who wrote to whom, when, and what became of it; a row for each recipient.

    .DESCRIPTION
    The newest first. The audit log keeps who searched for what. Subjects are empty for whoever may not see content.

    .PARAMETER StartDate
    From when on; 48 hours before the end where it is not given.

    .PARAMETER EndDate
    Until when, itself included; now where it is not given. At most 10 days after the start.

    .PARAMETER SenderAddress
    Envelope senders, in any case, * for anything: *@contoso.com. <> is the empty one.

    .PARAMETER RecipientAddress
    Recipients, in any case, * for anything.

    .PARAMETER FromIP
    The address of the client.

    .PARAMETER ToIP
    Is not used. It does nothing here: to which address mail went on is not kept.

    .PARAMETER MessageId
    The Message-ID of the header, with or without its angle brackets.

    .PARAMETER MessageTraceId
    Of one message, whenever it came: Reason of Get-BlockedConnector names one.

    .PARAMETER Status
    Delivered, Failed, Pending (it waits for another try), GettingStatus (taken, no answer yet) or None (taken, and no mail log is followed that would tell). The others never come. Values: None, GettingStatus, Failed, Pending, Delivered, Expanded, Quarantined, FilteredAsSpam.

    .PARAMETER Subject
    What is in the subject, in any case. Who may give it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .PARAMETER SubjectFilterType
    Where; Contains where it is not given. Values: Contains, StartsWith, EndsWith.

    .PARAMETER ResultSize
    At most so many rows; 1000 where it is not given.

    .PARAMETER StartingRecipientAddress
    The last recipient of the page before; -EndDate is then its Received. A warning says both.

    .OUTPUTS
    Cordon.MessageTrace
    Received (DateTime): When it came.
    SenderAddress (String): The envelope sender; <> for the empty one.
    RecipientAddress (String): One of its recipients.
    Subject (String): Empty for whoever may not see it.
    Status (String): What became of it for this recipient.
    FromIP (String): The client.
    ToIP (String): Empty.
    Size (Int64): Bytes.
    MessageId (String): Of the header.
    MessageTraceId (Guid): Of the message, for all its recipients.
    ConnectorId (Guid): The connector it came through; empty: none.
    SaslUsername (String): The login; empty: none.
    Outcome (String): What was done with the message at the door.
    Detail (String): The words of the mail log or of our answer.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-MessageTraceV2

    Shows the messages of the last 48 hours.

    .EXAMPLE
    Get-MessageTraceV2 -SenderAddress *@contoso.com -StartDate 11/20/2026 -EndDate 11/25/2026

    Shows five days of what a domain sent.

    .EXAMPLE
    Get-MessageTraceV2 -MessageTraceId 2c1ef3f4-5a3f-8b7c-9d1e-0000000004d2

    Shows the message that the reason of a block names.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.MessageTrace')]
    param(
        [Parameter()]
        [datetime]
        $StartDate,

        [Parameter()]
        [datetime]
        $EndDate,

        [Parameter()]
        [string[]]
        $SenderAddress,

        [Parameter()]
        [string[]]
        $RecipientAddress,

        [Parameter()]
        [string]
        $FromIP,

        [Parameter()]
        [string]
        $ToIP,

        [Parameter()]
        [string[]]
        $MessageId,

        [Parameter()]
        [guid]
        $MessageTraceId,

        [Parameter()]
        [ArgumentCompletions('None', 'GettingStatus', 'Failed', 'Pending', 'Delivered', 'Expanded', 'Quarantined', 'FilteredAsSpam')]
        [string[]]
        $Status,

        [Parameter()]
        [string]
        $Subject,

        [Parameter()]
        [ArgumentCompletions('Contains', 'StartsWith', 'EndsWith')]
        [string]
        $SubjectFilterType,

        [Parameter()]
        [int]
        $ResultSize,

        [Parameter()]
        [string]
        $StartingRecipientAddress
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.MessageTrace' '' }
}

function Get-ProtectionAlert {
    <#
    .SYNOPSIS
    View alert policies.

    .DESCRIPTION
    Without a parameter it lists all alert policies of the organization by name.

    .PARAMETER Identity
    The alert policy: its name or GUID.

    .PARAMETER IncludeRuleXml
    Shows the rule as XML. It does nothing here: a policy is no XML; Filter says it all.

    .OUTPUTS
    Cordon.ProtectionAlert
    Name (String): Unique in the organization.
    Guid (Guid): The same as long as the policy is there.
    Identity (String): The name.
    Workload (String): AuditAlerting.
    Mode (String): Enforce.
    Disabled (Boolean): True: no alert is raised.
    Comment (String): What the policy is for.
    Severity (String): Low, Medium, High or Informational.
    Category (String): Under which heading the alert stands.
    ThreatType (String): Activity.
    NotifyUser (String[]): Who is told; TenantAdmins: the Global Administrators.
    NotificationEnabled (Boolean): False: alerts are raised, and nobody is told.
    NotifyUserThrottleThreshold (Int32): Notifications of a connector or user in a day.
    NotifyUserThrottleWindow (Int32): Minutes of a day.
    Operation (String[]): The activity on which the alert is raised.
    Filter (String): Operation and conditions in OPATH; New-ProtectionAlert takes it as it is.
    AggregationType (String): None: each activity raises the alert. SimpleAggregation: Threshold.
    Threshold (Int32): So many activities raise the alert; empty: each.
    TimeWindow (Int32): Minutes in which the threshold counts; empty: each activity.
    IsSystemRule (Boolean): True: of it only status, recipients and limit can be changed.
    IsValid (Boolean): True.
    Activity (String): What Cordon calls it.
    NotifiedAddresses (String[]): Whom NotifyUser stands for now; nobody: no mail is sent.
    OrganizationId (Guid): Whose it is; empty: about the guard itself.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-ProtectionAlert | Format-List Name,Category,Comment,NotifyUser

    Lists the alert policies.

    .EXAMPLE
    Get-ProtectionAlert -Identity "Suspicious connector activity"

    Shows the details of one.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.ProtectionAlert')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [switch]
        $IncludeRuleXml
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.ProtectionAlert' '' $given $_ }
}

function Get-RoleGroupMember {
    <#
    .SYNOPSIS
    View the accounts that have a role.

    .DESCRIPTION
    View the accounts that have a role.

    .PARAMETER Identity
    The role group: the name of a role, as Get-ManagementRole lists it.

    .OUTPUTS
    Cordon.RoleGroupMember
    Name (String): What the account signs in with, and Remove-RoleGroupMember -Member takes.
    RecipientType (String): User.
    PrimarySmtpAddress (String): Where its notifications go; empty: nowhere.
    Identity (String): As Name.
    Guid (Guid): Of the account.
    IsValid (Boolean): True.
    Enabled (Boolean): False: it may not sign in.
    Roles (String[]): All roles that it has.
    RolesFrom (String): Local, or Provider: the sign-in provider asserts them, and they are changed there.
    LastSignInTime (DateTime): Empty: never.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Get-RoleGroupMember -Identity "Organization Management"

    Lists the members of a role group.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.RoleGroupMember')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.RoleGroupMember' '' $given $_ }
}

function New-AcceptedDomain {
    <#
    .SYNOPSIS
    Add a domain that is the organization's own.

    .DESCRIPTION
    Mail to it is not relaying. A tenant adds the domains that the provider assigned to it.

    .PARAMETER Name
    Is not kept. It does nothing here: an accepted domain is called by its domain name.

    .PARAMETER DomainName
    The domain, for example contoso.com.

    .PARAMETER DomainType
    Authoritative. The others are taken and mean the same: Cordon does not route mail. Values: Authoritative, InternalRelay, ExternalRelay.

    .OUTPUTS
    Cordon.AcceptedDomain
    DomainName (String): Mail to it is not relaying.
    Name (String): The same.
    DomainType (String): Authoritative.
    Identity (String): What -Identity takes.
    Guid (Guid): What -Identity takes, too.
    TenantId (Guid): The organization.
    IsValid (Boolean): True.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    New-AcceptedDomain -Name Contoso -DomainName contoso.com

    Mail to contoso.com is not relaying any more.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Cordon.AcceptedDomain')]
    param(
        [Parameter(Position = 0)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [string]
        $DomainName,

        [Parameter()]
        [ArgumentCompletions('Authoritative', 'InternalRelay', 'ExternalRelay')]
        [string]
        $DomainType
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.AcceptedDomain' 'Medium' }
}

function New-InboundConnector {
    <#
    .SYNOPSIS
    Create a connector: a way in that is recognized by address, certificate or login.

    .DESCRIPTION
    Without -ConnectorType it is a Partner connector, as in Exchange, and may not relay; -ConnectorType OnPremises is what relays. A new connector is observed for some days before it is ever blocked, unless -Armed is given.

    .PARAMETER Name
    A name of at most 64 characters.

    .PARAMETER AssociatedAcceptedDomains
    Accepted domains that it is meant for, for people who read it.

    .PARAMETER Comment
    A note.

    .PARAMETER ConnectorType
    OnPremises relays for the organization. Partner delivers to it and does not relay. Values: Partner, OnPremises.

    .PARAMETER Enabled
    False: nobody is recognized as it. A blocked one cannot be turned off.

    .PARAMETER SenderIPAddresses
    Addresses and blocks such as 192.0.2.0/24 by which it is recognized.

    .PARAMETER SenderDomains
    Taken because the original demands it. Anything but * is told as a warning: what a client says of itself decides nothing here.

    .PARAMETER TlsSenderCertificateName
    Name in the client certificate by which it is recognized: mail.contoso.com, or *.contoso.com.

    .PARAMETER ClientHostNames
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER CloudServicesMailEnabled
    Is not used. It does nothing here: there is no hybrid organization.

    .PARAMETER ConnectorSource
    Is not kept. It does nothing here: there is no hybrid organization. Values: Default, HybridWizard, Migrated.

    .PARAMETER EFSkipIPs
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFSkipLastIP
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFSkipMailGateway
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFTestMode
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFUsers
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER RequireTls
    Is not used. It does nothing here: whether TLS is demanded is settled at the mail server; a certificate is looked at wherever there is one.

    .PARAMETER RestrictDomainsToCertificate
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER RestrictDomainsToIPAddresses
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER ScanAndDropRecipients
    Is not used. It does nothing here: no mail is taken and dropped.

    .PARAMETER TreatMessagesAsInternal
    Is not used. It does nothing here: all mail to others is judged alike.

    .PARAMETER TrustedOrganizations
    Is not used. It does nothing here: there is no hybrid organization.

    .PARAMETER ClientCertificateFingerprints
    SHA-256 of client certificates by which it is recognized.

    .PARAMETER SaslUsernames
    Logins by which it is recognized.

    .PARAMETER LocalSubmission
    Mail handed in on the mail server itself is its. One connector at most has it.

    .PARAMETER Mode
    enforce blocks, observe only tells, exempt is not judged. Values: enforce, observe, exempt.

    .PARAMETER Bulk
    It sends to new recipients by nature: a newsletter, an application.

    .PARAMETER Armed
    Blocked from its first message on, without days of observation.

    .PARAMETER SendNdr
    Send a report to the sender of refused mail, for devices that cannot.

    .OUTPUTS
    Cordon.InboundConnector
    Enabled (Boolean): False: nobody is recognized as it.
    ConnectorType (String): OnPremises relays; Partner delivers to the organization only.
    ConnectorSource (String): Default.
    Comment (String): What somebody noted.
    SenderIPAddresses (String[]): Address blocks by which it is recognized.
    SenderDomains (String[]): smtp:*;1: what a client says of itself decides nothing.
    TrustedOrganizations (String[]): Empty.
    ClientHostNames (String[]): Empty.
    AssociatedAcceptedDomains (String[]): Accepted domains that it is meant for.
    RequireTls (Boolean): True: it is recognized by a certificate alone.
    RestrictDomainsToIPAddresses (Boolean): False.
    RestrictDomainsToCertificate (Boolean): False.
    CloudServicesMailEnabled (Boolean): False.
    TreatMessagesAsInternal (Boolean): False.
    TlsSenderCertificateName (String): Name in the client certificate; empty: none.
    EFTestMode (Boolean): False.
    ScanAndDropRecipients (String[]): Empty.
    EFSkipLastIP (Boolean): False.
    EFSkipIPs (String[]): Empty.
    EFSkipMailGateway (String[]): Empty.
    EFUsers (String[]): Empty.
    AdminDisplayName (String): Empty.
    Name (String): What -Identity takes.
    Identity (String): The name.
    WhenChangedUTC (DateTime): Empty: the audit log tells what was changed when.
    WhenCreatedUTC (DateTime): When it was created.
    Guid (Guid): What -Identity and -ConnectorId take.
    IsValid (Boolean): True.
    TenantId (Guid): The organization.
    ClientCertificateFingerprints (String[]): SHA-256 of client certificates.
    SaslUsernames (String[]): Logins by which it is recognized.
    LocalSubmission (Boolean): Mail handed in on the mail server itself is its.
    Mode (String): enforce, observe or exempt.
    Bulk (Boolean): It sends to new recipients by nature.
    Armed (Boolean): Blocked from its first message on, without days of observation.
    SendNdr (Boolean): Senders of refused mail get a report.
    Blocked (Boolean): It may not relay now: see Get-BlockedConnector.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    New-InboundConnector -Name "Branch office" -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses 192.0.2.0/24

    What comes from 192.0.2.0/24 relays as "Branch office".

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Cordon.InboundConnector')]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string]
        $Name,

        [Parameter()]
        [object]
        $AssociatedAcceptedDomains,

        [Parameter()]
        [string]
        $Comment,

        [Parameter()]
        [ArgumentCompletions('Partner', 'OnPremises')]
        [string]
        $ConnectorType,

        [Parameter()]
        [bool]
        $Enabled,

        [Parameter()]
        [object]
        $SenderIPAddresses,

        [Parameter()]
        [object]
        $SenderDomains,

        [Parameter()]
        [string]
        $TlsSenderCertificateName,

        [Parameter()]
        [object]
        $ClientHostNames,

        [Parameter()]
        [bool]
        $CloudServicesMailEnabled,

        [Parameter()]
        [ArgumentCompletions('Default', 'HybridWizard', 'Migrated')]
        [string]
        $ConnectorSource,

        [Parameter()]
        [object]
        $EFSkipIPs,

        [Parameter()]
        [bool]
        $EFSkipLastIP,

        [Parameter()]
        [object]
        $EFSkipMailGateway,

        [Parameter()]
        [bool]
        $EFTestMode,

        [Parameter()]
        [object]
        $EFUsers,

        [Parameter()]
        [bool]
        $RequireTls,

        [Parameter()]
        [bool]
        $RestrictDomainsToCertificate,

        [Parameter()]
        [bool]
        $RestrictDomainsToIPAddresses,

        [Parameter()]
        [object]
        $ScanAndDropRecipients,

        [Parameter()]
        [bool]
        $TreatMessagesAsInternal,

        [Parameter()]
        [object]
        $TrustedOrganizations,

        [Parameter()]
        [object]
        $ClientCertificateFingerprints,

        [Parameter()]
        [object]
        $SaslUsernames,

        [Parameter()]
        [bool]
        $LocalSubmission,

        [Parameter()]
        [ArgumentCompletions('enforce', 'observe', 'exempt')]
        [string]
        $Mode,

        [Parameter()]
        [bool]
        $Bulk,

        [Parameter()]
        [bool]
        $Armed,

        [Parameter()]
        [bool]
        $SendNdr
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.InboundConnector' 'Medium' }
}

function New-ProtectionAlert {
    <#
    .SYNOPSIS
    Create alert policies.

    .DESCRIPTION
    The policy is in force at once. It comes beside the system policies and replaces none of them.

    .PARAMETER Name
    Unique in the organization. At most 100 characters.

    .PARAMETER Category
    Under which heading the alert stands. Values: AccessGovernance, ComplianceManager, DataGovernance, MailFlow, Others, PrivacyManagement, Supervision, ThreatManagement.

    .PARAMETER NotifyUser
    Who is told: TenantAdmins (whoever has the role Global Administrator then) or mail addresses.

    .PARAMETER ThreatType
    Activity. Values: Activity, Malware.

    .PARAMETER Operation
    The activity on which the alert is raised, one for each policy: ConnectorRestricted, UserRestricted, SuspiciousSending, SendingLimitExceeded, ConnectorChanged, GuardDegraded, Restrict-Connector, Restrict-User, New-InboundConnector, Set-InboundConnector, Remove-InboundConnector.

    .PARAMETER Filter
    Criteria in OPATH joined by -and, for example "Activity.EntityName -like 'printer*' -and Activity.ClientIp -ne '192.0.2.9'". Properties: EntityKind (connector, user), EntityName, EntityId, Cause, UserId, ClientIp, Operation; operators: -eq, -ne, -like.

    .PARAMETER AggregationType
    None: each activity raises the alert. SimpleAggregation: -Threshold of them within -TimeWindow do. Values: None, SimpleAggregation, AnomalousAggregation.

    .PARAMETER Threshold
    So many activities within the time window raise the alert: 1 to 1000.

    .PARAMETER TimeWindow
    Minutes in which the threshold counts: 1 to 10080 (7 days); 60 unless given.

    .PARAMETER Severity
    How grave the alert is; Low unless given. Values: Low, Medium, High, Informational.

    .PARAMETER Disabled
    $true: no alert is raised.

    .PARAMETER NotificationEnabled
    $false: alerts are raised, and nobody is told.

    .PARAMETER NotifyUserThrottleThreshold
    Notifications of a connector or user in a calendar day of the organization: 0 to 3, 3 unless given.

    .PARAMETER NotifyUserThrottleWindow
    Minutes in which notifications are counted: 1440, a day.

    .PARAMETER Comment
    What the policy is for. At most 1 000 characters.

    .PARAMETER Description
    As -Comment, which goes before it.

    .PARAMETER AlertBy
    The scope of what is counted. It does nothing here: a threshold counts over the whole organization.

    .PARAMETER AlertFor
    Reserved. It does nothing here: it is reserved.

    .PARAMETER NotificationCulture
    The language of notifications. It does nothing here: notifications are in English.

    .PARAMETER NotifyUserOnFilterMatch
    Whether a single activity is told before the threshold is reached. It does nothing here: below its threshold a policy raises no alert, and nobody is told.

    .PARAMETER NotifyUserSuppressionExpiryDate
    Until when nobody is told. It does nothing here: use -NotificationEnabled $false until then.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypes
    Kinds of documents. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypesForCounting
    Kinds of documents. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypesThreshold
    A number of them. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER VolumeThreshold
    A volume of data. It does nothing here: activities are counted, not their bytes.

    .PARAMETER CorrelationPolicyId
    Reserved. It does nothing here: it is reserved.

    .PARAMETER CustomProperties
    Reserved. It does nothing here: it is reserved.

    .PARAMETER LogicalOperationName
    Reserved. It does nothing here: it is reserved.

    .PARAMETER UseCreatedDateTime
    Reserved. It does nothing here: it is reserved.

    .OUTPUTS
    Cordon.ProtectionAlert
    Name (String): Unique in the organization.
    Guid (Guid): The same as long as the policy is there.
    Identity (String): The name.
    Workload (String): AuditAlerting.
    Mode (String): Enforce.
    Disabled (Boolean): True: no alert is raised.
    Comment (String): What the policy is for.
    Severity (String): Low, Medium, High or Informational.
    Category (String): Under which heading the alert stands.
    ThreatType (String): Activity.
    NotifyUser (String[]): Who is told; TenantAdmins: the Global Administrators.
    NotificationEnabled (Boolean): False: alerts are raised, and nobody is told.
    NotifyUserThrottleThreshold (Int32): Notifications of a connector or user in a day.
    NotifyUserThrottleWindow (Int32): Minutes of a day.
    Operation (String[]): The activity on which the alert is raised.
    Filter (String): Operation and conditions in OPATH; New-ProtectionAlert takes it as it is.
    AggregationType (String): None: each activity raises the alert. SimpleAggregation: Threshold.
    Threshold (Int32): So many activities raise the alert; empty: each.
    TimeWindow (Int32): Minutes in which the threshold counts; empty: each activity.
    IsSystemRule (Boolean): True: of it only status, recipients and limit can be changed.
    IsValid (Boolean): True.
    Activity (String): What Cordon calls it.
    NotifiedAddresses (String[]): Whom NotifyUser stands for now; nobody: no mail is sent.
    OrganizationId (Guid): Whose it is; empty: about the guard itself.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    New-ProtectionAlert -Name Printers -Category ThreatManagement -NotifyUser TenantAdmins -ThreatType Activity -Operation ConnectorRestricted -Filter "Activity.EntityName -like 'printer*'" -AggregationType None

    Raises an alert of its own whenever a connector is restricted whose name begins with printer.

    .EXAMPLE
    New-ProtectionAlert -Name "Wave of accounts" -Category ThreatManagement -NotifyUser ops@contoso.com -ThreatType Activity -Operation UserRestricted -Severity High -Threshold 3 -TimeWindow 60

    Raises an alert when three users are restricted within an hour.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    [OutputType('Cordon.ProtectionAlert')]
    param(
        [Parameter(Mandatory)]
        [string]
        $Name,

        [Parameter(Mandatory)]
        [ArgumentCompletions('AccessGovernance', 'ComplianceManager', 'DataGovernance', 'MailFlow', 'Others', 'PrivacyManagement', 'Supervision', 'ThreatManagement')]
        [string]
        $Category,

        [Parameter(Mandatory)]
        [object]
        $NotifyUser,

        [Parameter(Mandatory)]
        [ArgumentCompletions('Activity', 'Malware')]
        [string]
        $ThreatType,

        [Parameter()]
        [string[]]
        $Operation,

        [Parameter()]
        [string]
        $Filter,

        [Parameter()]
        [ArgumentCompletions('None', 'SimpleAggregation', 'AnomalousAggregation')]
        [string]
        $AggregationType,

        [Parameter()]
        [int]
        $Threshold,

        [Parameter()]
        [int]
        $TimeWindow,

        [Parameter()]
        [ArgumentCompletions('Low', 'Medium', 'High', 'Informational')]
        [string]
        $Severity,

        [Parameter()]
        [bool]
        $Disabled,

        [Parameter()]
        [bool]
        $NotificationEnabled,

        [Parameter()]
        [int]
        $NotifyUserThrottleThreshold,

        [Parameter()]
        [int]
        $NotifyUserThrottleWindow,

        [Parameter()]
        [string]
        $Comment,

        [Parameter()]
        [string]
        $Description,

        [Parameter()]
        [string[]]
        $AlertBy,

        [Parameter()]
        [string[]]
        $AlertFor,

        [Parameter()]
        [string]
        $NotificationCulture,

        [Parameter()]
        [bool]
        $NotifyUserOnFilterMatch,

        [Parameter()]
        [datetime]
        $NotifyUserSuppressionExpiryDate,

        [Parameter()]
        [string[]]
        $PrivacyManagementScopedSensitiveInformationTypes,

        [Parameter()]
        [string[]]
        $PrivacyManagementScopedSensitiveInformationTypesForCounting,

        [Parameter()]
        [string]
        $PrivacyManagementScopedSensitiveInformationTypesThreshold,

        [Parameter()]
        [string]
        $VolumeThreshold,

        [Parameter()]
        [guid]
        $CorrelationPolicyId,

        [Parameter()]
        [string]
        $CustomProperties,

        [Parameter()]
        [string]
        $LogicalOperationName,

        [Parameter()]
        [bool]
        $UseCreatedDateTime
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.ProtectionAlert' 'Medium' }
}

function Remove-AcceptedDomain {
    <#
    .SYNOPSIS
    Remove a domain from the accepted domains: mail to it is relaying from then on.

    .DESCRIPTION
    Remove a domain from the accepted domains: mail to it is relaying from then on.
    It asks before it acts, unless told -Confirm:$false.

    .PARAMETER Identity
    The domain to remove: its name or its GUID.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Remove-AcceptedDomain contoso.com

    Asks, and removes the domain.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'High' $given $_ }
}

function Remove-BlockedConnector {
    <#
    .SYNOPSIS
    Unblock inbound connectors that have been detected as potentially compromised.

    .DESCRIPTION
    Blocked connectors are prevented from relaying. Follow the steps of a compromised connector first: Cordon blocks it again within a handful of messages if the attacker is still there. The unblock acts at once.

    .PARAMETER ConnectorId
    The blocked connector that you want to unblock. Get-BlockedConnector shows it.

    .PARAMETER Reason
    Why you are unblocking it; the audit log keeps it. At most 1 000 characters.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Remove-BlockedConnector -ConnectorId 159eb7c4-75d7-43e2-95fe-ced44b3e0a56

    Unblocks the specified blocked connector.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory)]
        [guid]
        $ConnectorId,

        [Parameter()]
        [string]
        $Reason
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' '' }
}

function Remove-BlockedSenderAddress {
    <#
    .SYNOPSIS
    Unblock users that may not send because they sent spam or exceeded a sending limit.

    .DESCRIPTION
    Make sure first that the account is under control again: Cordon blocks it again within a handful of messages if the attacker is still there. The unblock acts at once, and as often as it is needed.

    .PARAMETER SenderAddress
    The blocked user that you want to unblock: the login, in any case. Get-BlockedSenderAddress shows it.

    .PARAMETER Reason
    Why you are unblocking the user; the audit log keeps it. At most 1 000 characters.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Remove-BlockedSenderAddress -SenderAddress julia@contoso.com -Reason "Password changed"

    Unblocks the specified user.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Mandatory)]
        [string]
        $SenderAddress,

        [Parameter()]
        [string]
        $Reason
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' '' }
}

function Remove-InboundConnector {
    <#
    .SYNOPSIS
    Delete a connector. A blocked one is to be unblocked first.

    .DESCRIPTION
    Delete a connector. A blocked one is to be unblocked first.
    It asks before it acts, unless told -Confirm:$false.

    .PARAMETER Identity
    The connector: its name or its GUID.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Remove-InboundConnector "Branch office"

    Asks, and deletes the connector.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'High' $given $_ }
}

function Remove-ProtectionAlert {
    <#
    .SYNOPSIS
    Remove alert policies.

    .DESCRIPTION
    System policies cannot be removed; Disable-ProtectionAlert turns one off.
    It asks before it acts, unless told -Confirm:$false.

    .PARAMETER Identity
    The alert policy: its name or GUID.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Remove-ProtectionAlert -Identity Printers

    Removes the policy after asking.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'High' $given $_ }
}

function Remove-RoleGroupMember {
    <#
    .SYNOPSIS
    Take a role from an account.

    .DESCRIPTION
    It acts at once, also on who is signed in and on his API tokens. The last local administrator of an organization keeps his role. Roles that a sign-in provider asserts are changed there.
    It asks before it acts, unless told -Confirm:$false.

    .PARAMETER Identity
    The role group: the name of a role, as Get-ManagementRole lists it.

    .PARAMETER Member
    The account: its sign-in name, its GUID or its mail address.

    .PARAMETER BypassSecurityGroupManagerCheck
    Acts also where you do not manage the group. It does nothing here: role groups have no managers.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Remove-RoleGroupMember -Identity "Security Administrator" -Member anna

    Asks, and then takes the role from anna.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter(Mandatory)]
        [string]
        $Member,

        [Parameter()]
        [switch]
        $BypassSecurityGroupManagerCheck
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'High' $given $_ }
}

function Search-UnifiedAuditLog {
    <#
    .SYNOPSIS
    Search the audit log: who changed what, from where, when, with which result.

    .DESCRIPTION
    Gives the newest 100 records of the time that was named, newest first. To go through more, run it again and again with the same -SessionId and -SessionCommand until it gives nothing. A session of which nothing was heard for an hour begins anew.

    .PARAMETER StartDate
    From then on. UTC where no offset is given; a date alone is its midnight.

    .PARAMETER EndDate
    Before then. The same date as -StartDate without times gives nothing.

    .PARAMETER Formatted
    Names instead of numbers in AuditData, which becomes easier to read.

    .PARAMETER FreeText
    Stands in operation, name, object, address, parameters or changes; case does not count.

    .PARAMETER HighCompleteness
    Completeness before speed. It does nothing here: every search is complete.

    .PARAMETER IPAddresses
    Where the requests came from: any of these.

    .PARAMETER LongerRetentionEnabled
    Looks further back. It does nothing here: every search looks at all that is kept.

    .PARAMETER LegacyFlow
    Searches as of old. It does nothing here: there is one way to search.

    .PARAMETER ObjectIds
    What was changed: any of these ids.

    .PARAMETER Operations
    What was done, for example Remove-BlockedConnector: any of these exact names.

    .PARAMETER RecordType
    Records of this type. Values: ExchangeAdmin, ExchangeItem, ExchangeItemGroup, AzureActiveDirectoryStsLogon, SecurityComplianceCenterEOPCmdlet, ThreatIntelligence, MailSubmission, SecurityComplianceAlerts, HygieneEvent, AirInvestigation, Quarantine.

    .PARAMETER ResultSize
    Records that it gives at once: 1 to 5000, 100 unless given.

    .PARAMETER SessionCommand
    Records that a session gives in all: ReturnLargeSet 50000, ReturnNextPreviewPage 5000. Values: ReturnLargeSet, ReturnNextPreviewPage.

    .PARAMETER SessionId
    Any text. Given again, the search goes on where it ended. It needs -SessionCommand.

    .PARAMETER SiteIds
    Sites of SharePoint, of which there are no records here.

    .PARAMETER UserIds
    Who did it: any of these exact names.

    .OUTPUTS
    Cordon.UnifiedAuditLogRecord
    RecordType (String): As the common schema names it.
    CreationDate (DateTime): When it happened.
    UserIds (String): Who did it.
    Operations (String): What was done: the cmdlet's name, whichever door was used.
    AuditData (String): The whole record in the common schema, as JSON.
    ResultIndex (Int32): Its number in the session, from 1.
    ResultCount (Int32): How many the session gives in all.
    Identity (String): Id of the record.
    IsValid (Boolean): True.
    ObjectState (String): Unchanged.

    .NOTES
    Who may run it: every role.

    .EXAMPLE
    Search-UnifiedAuditLog -StartDate 11/1/2026 -EndDate 11/8/2026 -Operations Remove-BlockedConnector

    Shows who unblocked connectors in the first week of November 2026.

    .EXAMPLE
    Search-UnifiedAuditLog -StartDate 11/1/2026 -EndDate 12/1/2026 -SessionId November -SessionCommand ReturnLargeSet -ResultSize 5000

    Shows up to 5 000 records of the month, and the next ones each time that it is run again.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    [OutputType('Cordon.UnifiedAuditLogRecord')]
    param(
        [Parameter(Mandatory)]
        [datetime]
        $StartDate,

        [Parameter(Mandatory)]
        [datetime]
        $EndDate,

        [Parameter()]
        [switch]
        $Formatted,

        [Parameter()]
        [string]
        $FreeText,

        [Parameter()]
        [switch]
        $HighCompleteness,

        [Parameter()]
        [string[]]
        $IPAddresses,

        [Parameter()]
        [string]
        $LongerRetentionEnabled,

        [Parameter()]
        [switch]
        $LegacyFlow,

        [Parameter()]
        [string[]]
        $ObjectIds,

        [Parameter()]
        [string[]]
        $Operations,

        [Parameter()]
        [ArgumentCompletions('ExchangeAdmin', 'ExchangeItem', 'ExchangeItemGroup', 'AzureActiveDirectoryStsLogon', 'SecurityComplianceCenterEOPCmdlet', 'ThreatIntelligence', 'MailSubmission', 'SecurityComplianceAlerts', 'HygieneEvent', 'AirInvestigation', 'Quarantine')]
        [string]
        $RecordType,

        [Parameter()]
        [int]
        $ResultSize,

        [Parameter()]
        [ArgumentCompletions('ReturnLargeSet', 'ReturnNextPreviewPage')]
        [string]
        $SessionCommand,

        [Parameter()]
        [string]
        $SessionId,

        [Parameter()]
        [string[]]
        $SiteIds,

        [Parameter()]
        [string[]]
        $UserIds
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.UnifiedAuditLogRecord' '' }
}

function Set-AdminAuditLogConfig {
    <#
    .SYNOPSIS
    Turn the audit log on or off.

    .DESCRIPTION
    The change takes effect at once, and is itself recorded either way.

    .PARAMETER UnifiedAuditLogIngestionEnabled
    $false: nothing is recorded but this switch, sign-ins and what the service restricts by itself, and no alerts are raised.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true

    Turns the audit log on.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter()]
        [bool]
        $UnifiedAuditLogIngestionEnabled
    )
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' }
}

function Set-HostedOutboundSpamFilterPolicy {
    <#
    .SYNOPSIS
    Change how much users may send, and what happens beyond it.

    .DESCRIPTION
    What is not given stays as it is, also what only Cordon limits: messages, connectors and single logins (`cordon limits set`). A limit whose action is one that this policy does not know (defer, refuse) keeps it until -ActionWhenThresholdReached is given, which is then the action of all three.

    .PARAMETER Identity
    Default: there is no other policy.

    .PARAMETER ActionWhenThresholdReached
    What happens to a user who reaches a limit: only an alert; restricted until the following day (UTC); restricted until an admin unblocks him. Values: Alert, BlockUserForToday, BlockUser.

    .PARAMETER AdminDisplayName
    A description. It does nothing here: the policy has no description.

    .PARAMETER AutoForwardingMode
    Whether users may forward mail outside by themselves. It does nothing here: the mail server forwards, and Cordon treats forwarded mail as any other. Values: Automatic, On, Off.

    .PARAMETER BccSuspiciousOutboundAdditionalRecipients
    Who gets copies. It does nothing here: Cordon copies no mail; what a restricted entity sent is in Get-MessageTraceV2.

    .PARAMETER BccSuspiciousOutboundMail
    Whether suspicious mail is copied to somebody. It does nothing here: Cordon copies no mail; what a restricted entity sent is in Get-MessageTraceV2.

    .PARAMETER NotifyOutboundSpam
    Whether somebody is told of restricted users. It does nothing here: who is told is in the alert policies 'User restricted from sending email' and 'Email sending limit exceeded' (Set-ProtectionAlert).

    .PARAMETER NotifyOutboundSpamRecipients
    Who is told of restricted users. It does nothing here: who is told is in the alert policies 'User restricted from sending email' and 'Email sending limit exceeded' (Set-ProtectionAlert).

    .PARAMETER RecipientLimitExternalPerHour
    Recipients outside the accepted domains in 60 minutes, 0 to 10000; 0: not limited.

    .PARAMETER RecipientLimitInternalPerHour
    Recipients in the accepted domains in 60 minutes, 0 to 10000; 0: not limited.

    .PARAMETER RecipientLimitPerDay
    All recipients in a day (UTC), 0 to 10000; 0: the service default, 10 000.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Set-HostedOutboundSpamFilterPolicy -Identity Default -RecipientLimitExternalPerHour 500 -RecipientLimitPerDay 1000 -ActionWhenThresholdReached BlockUser

    A user who sends to more than 500 external recipients in an hour, or to 1000 in a day, is restricted until an admin unblocks him.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [ArgumentCompletions('Alert', 'BlockUserForToday', 'BlockUser')]
        [string]
        $ActionWhenThresholdReached,

        [Parameter()]
        [string]
        $AdminDisplayName,

        [Parameter()]
        [ArgumentCompletions('Automatic', 'On', 'Off')]
        [string]
        $AutoForwardingMode,

        [Parameter()]
        [string[]]
        $BccSuspiciousOutboundAdditionalRecipients,

        [Parameter()]
        [bool]
        $BccSuspiciousOutboundMail,

        [Parameter()]
        [bool]
        $NotifyOutboundSpam,

        [Parameter()]
        [string[]]
        $NotifyOutboundSpamRecipients,

        [Parameter()]
        [int]
        $RecipientLimitExternalPerHour,

        [Parameter()]
        [int]
        $RecipientLimitInternalPerHour,

        [Parameter()]
        [int]
        $RecipientLimitPerDay
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}

function Set-InboundConnector {
    <#
    .SYNOPSIS
    Change a connector.

    .DESCRIPTION
    What is not mentioned stays as it is. A list is replaced by what is given; @{Add="192.0.2.7"; Remove="192.0.2.8"} changes it, $null empties it. A blocked connector stays blocked, and cannot be turned off.

    .PARAMETER Identity
    The connector: its name or its GUID.

    .PARAMETER Name
    A new name of at most 64 characters.

    .PARAMETER AssociatedAcceptedDomains
    Accepted domains that it is meant for, for people who read it.

    .PARAMETER Comment
    A note.

    .PARAMETER ConnectorType
    OnPremises relays for the organization. Partner delivers to it and does not relay. Values: Partner, OnPremises.

    .PARAMETER Enabled
    False: nobody is recognized as it. A blocked one cannot be turned off.

    .PARAMETER SenderIPAddresses
    Addresses and blocks such as 192.0.2.0/24 by which it is recognized.

    .PARAMETER SenderDomains
    Taken because the original demands it. Anything but * is told as a warning: what a client says of itself decides nothing here.

    .PARAMETER TlsSenderCertificateName
    Name in the client certificate by which it is recognized: mail.contoso.com, or *.contoso.com.

    .PARAMETER ClientHostNames
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER CloudServicesMailEnabled
    Is not used. It does nothing here: there is no hybrid organization.

    .PARAMETER ConnectorSource
    Is not kept. It does nothing here: there is no hybrid organization. Values: Default, HybridWizard, Migrated.

    .PARAMETER EFSkipIPs
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFSkipLastIP
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFSkipMailGateway
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFTestMode
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER EFUsers
    Is not used. It does nothing here: Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.

    .PARAMETER RequireTls
    Is not used. It does nothing here: whether TLS is demanded is settled at the mail server; a certificate is looked at wherever there is one.

    .PARAMETER RestrictDomainsToCertificate
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER RestrictDomainsToIPAddresses
    Is not used. It does nothing here: what a client says of itself decides nothing here.

    .PARAMETER ScanAndDropRecipients
    Is not used. It does nothing here: no mail is taken and dropped.

    .PARAMETER TreatMessagesAsInternal
    Is not used. It does nothing here: all mail to others is judged alike.

    .PARAMETER TrustedOrganizations
    Is not used. It does nothing here: there is no hybrid organization.

    .PARAMETER ClientCertificateFingerprints
    SHA-256 of client certificates by which it is recognized.

    .PARAMETER SaslUsernames
    Logins by which it is recognized.

    .PARAMETER LocalSubmission
    Mail handed in on the mail server itself is its. One connector at most has it.

    .PARAMETER Mode
    enforce blocks, observe only tells, exempt is not judged. Values: enforce, observe, exempt.

    .PARAMETER Bulk
    It sends to new recipients by nature: a newsletter, an application.

    .PARAMETER Armed
    Blocked from its first message on, without days of observation.

    .PARAMETER SendNdr
    Send a report to the sender of refused mail, for devices that cannot.

    .NOTES
    Who may run it: Global Administrator, Organization Management or Provider Administrator.

    .EXAMPLE
    Set-InboundConnector "Branch office" -SenderIPAddresses @{Add="198.51.100.7"}

    Recognizes one more address.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [string]
        $Name,

        [Parameter()]
        [object]
        $AssociatedAcceptedDomains,

        [Parameter()]
        [string]
        $Comment,

        [Parameter()]
        [ArgumentCompletions('Partner', 'OnPremises')]
        [string]
        $ConnectorType,

        [Parameter()]
        [bool]
        $Enabled,

        [Parameter()]
        [object]
        $SenderIPAddresses,

        [Parameter()]
        [object]
        $SenderDomains,

        [Parameter()]
        [string]
        $TlsSenderCertificateName,

        [Parameter()]
        [object]
        $ClientHostNames,

        [Parameter()]
        [bool]
        $CloudServicesMailEnabled,

        [Parameter()]
        [ArgumentCompletions('Default', 'HybridWizard', 'Migrated')]
        [string]
        $ConnectorSource,

        [Parameter()]
        [object]
        $EFSkipIPs,

        [Parameter()]
        [bool]
        $EFSkipLastIP,

        [Parameter()]
        [object]
        $EFSkipMailGateway,

        [Parameter()]
        [bool]
        $EFTestMode,

        [Parameter()]
        [object]
        $EFUsers,

        [Parameter()]
        [bool]
        $RequireTls,

        [Parameter()]
        [bool]
        $RestrictDomainsToCertificate,

        [Parameter()]
        [bool]
        $RestrictDomainsToIPAddresses,

        [Parameter()]
        [object]
        $ScanAndDropRecipients,

        [Parameter()]
        [bool]
        $TreatMessagesAsInternal,

        [Parameter()]
        [object]
        $TrustedOrganizations,

        [Parameter()]
        [object]
        $ClientCertificateFingerprints,

        [Parameter()]
        [object]
        $SaslUsernames,

        [Parameter()]
        [bool]
        $LocalSubmission,

        [Parameter()]
        [ArgumentCompletions('enforce', 'observe', 'exempt')]
        [string]
        $Mode,

        [Parameter()]
        [bool]
        $Bulk,

        [Parameter()]
        [bool]
        $Armed,

        [Parameter()]
        [bool]
        $SendNdr
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}

function Set-ProtectionAlert {
    <#
    .SYNOPSIS
    Change alert policies.

    .DESCRIPTION
    Of a system policy -Disabled, -NotifyUser, -NotificationEnabled and -NotifyUserThrottleThreshold can be changed. The change is in force at once.

    .PARAMETER Identity
    The alert policy: its name or GUID.

    .PARAMETER Category
    Under which heading the alert stands. Values: AccessGovernance, ComplianceManager, DataGovernance, MailFlow, Others, PrivacyManagement, Supervision, ThreatManagement.

    .PARAMETER NotifyUser
    Who is told: TenantAdmins (whoever has the role Global Administrator then) or mail addresses. @{Add="..."; Remove="..."} changes the list.

    .PARAMETER Operation
    The activity on which the alert is raised, one for each policy: ConnectorRestricted, UserRestricted, SuspiciousSending, SendingLimitExceeded, ConnectorChanged, GuardDegraded, Restrict-Connector, Restrict-User, New-InboundConnector, Set-InboundConnector, Remove-InboundConnector.

    .PARAMETER Filter
    Criteria in OPATH joined by -and, for example "Activity.EntityName -like 'printer*' -and Activity.ClientIp -ne '192.0.2.9'". Properties: EntityKind (connector, user), EntityName, EntityId, Cause, UserId, ClientIp, Operation; operators: -eq, -ne, -like.

    .PARAMETER AggregationType
    None: each activity raises the alert. SimpleAggregation: -Threshold of them within -TimeWindow do. Values: None, SimpleAggregation, AnomalousAggregation.

    .PARAMETER Threshold
    So many activities within the time window raise the alert: 1 to 1000.

    .PARAMETER TimeWindow
    Minutes in which the threshold counts: 1 to 10080 (7 days); 60 unless given.

    .PARAMETER Severity
    How grave the alert is; Low unless given. Values: Low, Medium, High, Informational.

    .PARAMETER Disabled
    $true: no alert is raised.

    .PARAMETER NotificationEnabled
    $false: alerts are raised, and nobody is told.

    .PARAMETER NotifyUserThrottleThreshold
    Notifications of a connector or user in a calendar day of the organization: 0 to 3, 3 unless given.

    .PARAMETER NotifyUserThrottleWindow
    Minutes in which notifications are counted: 1440, a day.

    .PARAMETER Comment
    What the policy is for. At most 1 000 characters.

    .PARAMETER Description
    As -Comment, which goes before it.

    .PARAMETER AlertBy
    The scope of what is counted. It does nothing here: a threshold counts over the whole organization.

    .PARAMETER AlertFor
    Reserved. It does nothing here: it is reserved.

    .PARAMETER NotificationCulture
    The language of notifications. It does nothing here: notifications are in English.

    .PARAMETER NotifyUserOnFilterMatch
    Whether a single activity is told before the threshold is reached. It does nothing here: below its threshold a policy raises no alert, and nobody is told.

    .PARAMETER NotifyUserSuppressionExpiryDate
    Until when nobody is told. It does nothing here: use -NotificationEnabled $false until then.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypes
    Kinds of documents. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypesForCounting
    Kinds of documents. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER PrivacyManagementScopedSensitiveInformationTypesThreshold
    A number of them. It does nothing here: Cordon looks at relaying, not at what documents say.

    .PARAMETER VolumeThreshold
    A volume of data. It does nothing here: activities are counted, not their bytes.

    .NOTES
    Who may run it: Global Administrator, Organization Management, Provider Administrator or Security Administrator.

    .EXAMPLE
    Set-ProtectionAlert -Identity "Suspicious connector activity" -NotifyUser @{Add="ops@contoso.com"}

    Tells one more address of what the system policy raises.

    .EXAMPLE
    Set-ProtectionAlert -Identity Printers -Severity High -AggregationType SimpleAggregation -Threshold 3

    Raises a policy of your own, now of high severity, at the third activity within its window.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium', PositionalBinding = $false)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [string]
        $Identity,

        [Parameter()]
        [ArgumentCompletions('AccessGovernance', 'ComplianceManager', 'DataGovernance', 'MailFlow', 'Others', 'PrivacyManagement', 'Supervision', 'ThreatManagement')]
        [string]
        $Category,

        [Parameter()]
        [object]
        $NotifyUser,

        [Parameter()]
        [string[]]
        $Operation,

        [Parameter()]
        [string]
        $Filter,

        [Parameter()]
        [ArgumentCompletions('None', 'SimpleAggregation', 'AnomalousAggregation')]
        [string]
        $AggregationType,

        [Parameter()]
        [int]
        $Threshold,

        [Parameter()]
        [int]
        $TimeWindow,

        [Parameter()]
        [ArgumentCompletions('Low', 'Medium', 'High', 'Informational')]
        [string]
        $Severity,

        [Parameter()]
        [bool]
        $Disabled,

        [Parameter()]
        [bool]
        $NotificationEnabled,

        [Parameter()]
        [int]
        $NotifyUserThrottleThreshold,

        [Parameter()]
        [int]
        $NotifyUserThrottleWindow,

        [Parameter()]
        [string]
        $Comment,

        [Parameter()]
        [string]
        $Description,

        [Parameter()]
        [string[]]
        $AlertBy,

        [Parameter()]
        [string[]]
        $AlertFor,

        [Parameter()]
        [string]
        $NotificationCulture,

        [Parameter()]
        [bool]
        $NotifyUserOnFilterMatch,

        [Parameter()]
        [datetime]
        $NotifyUserSuppressionExpiryDate,

        [Parameter()]
        [string[]]
        $PrivacyManagementScopedSensitiveInformationTypes,

        [Parameter()]
        [string[]]
        $PrivacyManagementScopedSensitiveInformationTypesForCounting,

        [Parameter()]
        [string]
        $PrivacyManagementScopedSensitiveInformationTypesThreshold,

        [Parameter()]
        [string]
        $VolumeThreshold
    )
    begin { $given = @($PSBoundParameters.Keys) }
    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' 'Medium' $given $_ }
}
