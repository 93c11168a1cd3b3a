# Printed from the table of cmdlets (src/cmdlets/powershell-module.ts): change it there.
Set-StrictMode -Version Latest
. ([System.IO.Path]::Combine($PSScriptRoot, 'Client.ps1'))

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
    process {
        Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters 'Cordon.BlockedConnector' ''
    }
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
    process {
        Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters '' ''
    }
}
