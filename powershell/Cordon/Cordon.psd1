# Printed from the table of cmdlets (src/cmdlets/powershell-module.ts): change it there.
@{
    RootModule           = 'Cordon.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '0f0b7b3c-6f0e-4f6e-9a55-3c1b8f5d2a47'
    Author               = 'The maintainers of Cordon'
    CompanyName          = 'Cordon'
    Copyright            = 'Apache License 2.0'
    Description          = 'View and unblock connectors and users that Cordon, a guard for mail relays, has restricted.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('Cordon.format.ps1xml')
    FunctionsToExport    = @(
        'Connect-Cordon'
        'Disconnect-Cordon'
        'Add-RoleGroupMember'
        'Disable-ProtectionAlert'
        'Enable-ProtectionAlert'
        'Get-AcceptedDomain'
        'Get-AdminAuditLogConfig'
        'Get-BlockedConnector'
        'Get-BlockedSenderAddress'
        'Get-ConnectionInformation'
        'Get-HostedOutboundSpamFilterPolicy'
        'Get-InboundConnector'
        'Get-ManagementRole'
        'Get-ManagementRoleAssignment'
        'Get-MessageTraceV2'
        'Get-ProtectionAlert'
        'Get-RoleGroupMember'
        'New-AcceptedDomain'
        'New-InboundConnector'
        'New-ProtectionAlert'
        'Remove-AcceptedDomain'
        'Remove-BlockedConnector'
        'Remove-BlockedSenderAddress'
        'Remove-InboundConnector'
        'Remove-ProtectionAlert'
        'Remove-RoleGroupMember'
        'Search-UnifiedAuditLog'
        'Set-AdminAuditLogConfig'
        'Set-HostedOutboundSpamFilterPolicy'
        'Set-InboundConnector'
        'Set-ProtectionAlert'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    FileList             = @(
        'Cordon.psd1'
        'Cordon.psm1'
        'Client.ps1'
        'Cordon.format.ps1xml'
        'en-US/about_Cordon.help.txt'
    )
}
