# What the cmdlets stand on: the connection, one command over the admin API, and errors as PowerShell has them. It uses .NET and the engine alone, no other
# module. Dot-sourced by Cordon.psm1, so that it sees the preferences of the cmdlet that calls it ($WhatIfPreference, $ConfirmPreference).
Set-StrictMode -Version Latest

# What Connect-Cordon opened: Base, Tenant, Client, Cookie. $null: nothing.
$script:Connection = $null

function Connect-Cordon {
    <#
    .SYNOPSIS
    Connect to Cordon, with an API token or with a name and a password.

    .DESCRIPTION
    The other cmdlets run over this connection, until Disconnect-Cordon or the end of the session. Programs use an API token (cordon token create); people
    sign in with name and password. Connecting again ends the connection before it.

    .PARAMETER Uri
    Where Cordon answers, for example https://cordon.contoso.com. Plain http is for this machine alone, unless -AllowUnencryptedAuthentication is given.

    .PARAMETER Token
    An API token, as String or SecureString.

    .PARAMETER Credential
    Name and password of an account of Cordon. A name alone asks for the password.

    .PARAMETER Code
    The code that the authenticator app shows, where the account has a second factor.

    .PARAMETER Organization
    The organization to work on: its id, its name or one of its accepted domains. Only who sees several needs it.

    .PARAMETER AllowUnencryptedAuthentication
    Sends the token or the password over plain http to another machine: everybody on the way can read it.

    .EXAMPLE
    Connect-Cordon -Uri https://cordon.contoso.com -Token $env:CORDON_TOKEN

    Connects with an API token.

    .EXAMPLE
    Connect-Cordon -Uri https://cordon.contoso.com -Credential anna

    Asks for Anna's password and signs her in.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false, DefaultParameterSetName = 'Credential')]
    param(
        [Parameter(Mandatory, Position = 0)]
        [uri]
        $Uri,

        [Parameter(Mandatory, ParameterSetName = 'Token')]
        [object]
        $Token,

        [Parameter(Mandatory, ParameterSetName = 'Credential')]
        [pscredential]
        [System.Management.Automation.Credential()]
        $Credential,

        [Parameter(ParameterSetName = 'Credential')]
        [string]
        $Code,

        [string]
        $Organization,

        [switch]
        $AllowUnencryptedAuthentication
    )
    Close-CordonConnection
    $opened = Open-CordonConnection $Uri $AllowUnencryptedAuthentication
    $failure = $opened.Failure
    if ($null -eq $failure) {
        $failure = if ($PSCmdlet.ParameterSetName -eq 'Token') { Use-CordonToken $opened $Token } else { Start-CordonSession $opened $Credential $Code }
    }
    if ($null -eq $failure) { $failure = Select-CordonTenant $opened $Organization }
    if ($null -eq $failure) {
        $script:Connection = $opened
        return
    }
    Stop-CordonSession $opened
    $PSCmdlet.ThrowTerminatingError($failure)
}

function Disconnect-Cordon {
    <#
    .SYNOPSIS
    End the connection to Cordon.

    .DESCRIPTION
    Who signed in with a password is signed out. An API token stays valid: cordon token revoke ends it. Without a connection it does nothing.

    .EXAMPLE
    Disconnect-Cordon

    Ends the connection.

    .LINK
    about_Cordon
    #>
    [CmdletBinding(PositionalBinding = $false)]
    param()
    Close-CordonConnection
}

function Close-CordonConnection {
    $closed = $script:Connection
    $script:Connection = $null
    if ($null -ne $closed) { Stop-CordonSession $closed }
}

# Signs out whoever signed in; what the server says to that keeps nobody here.
function Stop-CordonSession([hashtable]$Connection) {
    if ($Connection.Cookie -ne '') { $null = Send-CordonRequest $Connection 'DELETE' '/api/v1/session' }
    if ($null -ne $Connection.Client) { $Connection.Client.Dispose() }
}

# The functions below tell of a failure by an ErrorRecord that they return, and throw none: PowerShell would note each in $Error and in -ErrorVariable, beside
# the one that the user is to see.

# A connection that has yet to identify the user. Failure: why there is none.
function Open-CordonConnection([uri]$Uri, [bool]$MayBeUnencrypted) {
    $connection = @{ Base = ''; Client = $null; Bearer = ''; Cookie = ''; Who = $null; Tenant = ''; Failure = $null }
    if (-not $Uri.IsAbsoluteUri -or $Uri.Scheme -notin 'https', 'http' -or $Uri.UserInfo -ne '') {
        $connection.Failure = New-CordonError 'UriInvalid' 'InvalidArgument' $Uri 'The Uri must be the address of Cordon, such as https://cordon.contoso.com, without name or password in it.'
        return $connection
    }
    if ($Uri.Scheme -eq 'http' -and -not $Uri.IsLoopback -and -not $MayBeUnencrypted) {
        $connection.Failure = New-CordonError 'UnencryptedAuthentication' 'SecurityError' $Uri "$Uri is not encrypted: everybody on the way could read the token or the password. Use https, or give -AllowUnencryptedAuthentication."
        return $connection
    }
    # Neither redirects nor cookies of its own: what identifies the user goes to this server and nowhere else.
    $handler = [System.Net.Http.SocketsHttpHandler]::new()
    $handler.AllowAutoRedirect = $false
    $handler.UseCookies = $false
    $handler.AutomaticDecompression = [System.Net.DecompressionMethods]::All
    $connection.Client = [System.Net.Http.HttpClient]::new($handler)
    $connection.Client.DefaultRequestHeaders.UserAgent.ParseAdd('Cordon-PowerShell/' + $ExecutionContext.SessionState.Module.Version)
    $connection.Base = $Uri.GetLeftPart([System.UriPartial]::Path).TrimEnd('/')
    $connection
}

function Use-CordonToken([hashtable]$Connection, [object]$Token) {
    $Connection.Bearer = if ($Token -is [securestring]) { [System.Net.NetworkCredential]::new('', $Token).Password } else { "$Token".Trim() }
    if ($Connection.Bearer -notmatch '^[\w.~+/=-]+$') { return New-CordonError 'Unauthorized' 'AuthenticationError' '' 'This is no API token.' }
    $answer = Send-CordonRequest $Connection 'GET' '/api/v1/session'
    $Connection.Who = $answer.Json
    $answer.Failure
}

function Start-CordonSession([hashtable]$Connection, [pscredential]$Credential, [string]$Code) {
    $body = [System.Text.Json.Nodes.JsonObject]::new()
    $body['name'] = $Credential.UserName
    $body['password'] = $Credential.GetNetworkCredential().Password
    if ($Code -ne '') { $body['code'] = $Code }
    $answer = Send-CordonRequest $Connection 'POST' '/api/v1/session' $body.ToJsonString()
    if ($null -ne $answer.Failure) { return $answer.Failure }
    $Connection.Who = $answer.Json
    foreach ($cookie in $answer.Cookies) {
        if ($cookie -match '^((?:__Host-)?cordon-session=[^;]+)') { $Connection.Cookie = $Matches[1] }
    }
    if ($answer.Json.GetProperty('mustChangePassword').GetBoolean()) {
        return New-CordonError 'PasswordChangeNeeded' 'PermissionDenied' $Credential.UserName 'Somebody else set this password: sign in to the portal and change it first.'
    }
}

# What the URL of each command names as tenant.
function Select-CordonTenant([hashtable]$Connection, [string]$Organization) {
    $own = [System.Text.Json.JsonElement]::new()
    if ($Organization -eq '' -and $Connection.Who.TryGetProperty('organization', [ref]$own)) {
        $Connection.Tenant = $own.GetProperty('id').GetString()
        return
    }
    $answer = Send-CordonRequest $Connection 'GET' '/api/v1/organizations'
    if ($null -ne $answer.Failure) { return $answer.Failure }
    $all = @(foreach ($one in $answer.Json.GetProperty('items').EnumerateArray()) { @{ Id = $one.GetProperty('id').GetString(); Name = $one.GetProperty('name').GetString() } })
    $meant = @($all.Where({ $Organization -in '', $_.Name, $_.Id }))
    if ($meant.Count -gt 1) {
        $names, $ids = @(foreach ($one in $meant) { $one.Name }), @(foreach ($one in $meant) { $one.Id })
        $text = if ($Organization -eq '') { "You see $($meant.Count) organizations. Say with -Organization which one to work on: $($names -join ', ')." } else { "$($meant.Count) organizations have that name. Give its id: $($ids -join ', ')." }
        return New-CordonError 'OrganizationNeeded' 'InvalidArgument' $Organization $text
    }
    # What is neither name nor id is an accepted domain: the server knows it, or says that it does not.
    $Connection.Tenant = if ($meant.Count -eq 1) { $meant[0].Id } else { $Organization }
}

# One invocation of a cmdlet, `Bound` being its $PSBoundParameters. Objects are put out as their pages arrive. What the server refuses is a non-terminating error;
# without a server, or without its trust, nothing further can work, and that is a terminating one. `Impact` '': the cmdlet never asks. `Given`: names of what was given
# before the pipeline began, and `PipelineObject` what came down it; $null where the cmdlet takes nothing from it.
function Invoke-CordonCmdlet([System.Management.Automation.PSCmdlet]$Caller, [System.Collections.IDictionary]$Bound, [string]$OutputType, [string]$Impact, [object]$Given, [object]$PipelineObject) {
    $name = $Caller.MyInvocation.MyCommand.Name
    if ($null -eq $script:Connection) {
        $Caller.ThrowTerminatingError((New-CordonError 'NotConnected' 'ConnectionError' $name 'There is no connection to Cordon. Run Connect-Cordon first.'))
        return
    }
    if ($null -ne $Given) { $Bound = Select-CordonBound $Caller $Bound $Given $PipelineObject }
    $parameters = ConvertTo-CordonParameters $Bound
    if ($Impact -ne '') {
        $level = [System.Management.Automation.ConfirmImpact]$Impact
        $isAsked = $WhatIfPreference -or ($ConfirmPreference -ne 'None' -and $level -ge [System.Management.Automation.ConfirmImpact]$ConfirmPreference)
        if ($isAsked) {
            # The server does nothing yet: it says what it would do to what.
            $parameters['Confirm'] = $true
            $answer = Receive-CordonPage $Caller $name $parameters ''
            if ($null -eq $answer) { return }
            $question = $answer.Question
            if (-not $Caller.ShouldProcess($question, "Are you sure you want to perform this action?`n$question", 'Confirm')) { return }
        }
        $parameters['Confirm'] = $false
    }
    $next = ''
    do {
        $answer = Receive-CordonPage $Caller $name $parameters $next
        if ($null -eq $answer) { return }
        foreach ($row in $answer.Rows) { $Caller.WriteObject((ConvertFrom-CordonJson $row $OutputType)) }
        $next = $answer.Next
    } while ($next -ne '')
}

# PowerShell leaves in $PSBoundParameters what the object before has filled: of the pipeline only what this one has counts.
function Select-CordonBound([System.Management.Automation.PSCmdlet]$Caller, [System.Collections.IDictionary]$Bound, [object]$Given, [object]$PipelineObject) {
    $selected = @{}
    foreach ($name in $Bound.Keys) {
        $names = @($name) + $Caller.MyInvocation.MyCommand.Parameters[$name].Aliases
        $isOfThis = $name -in $Given
        foreach ($property in $names) { $isOfThis = $isOfThis -or $null -ne $PipelineObject.PSObject.Properties[$property] }
        if ($isOfThis) { $selected[$name] = $Bound[$name] }
    }
    $selected
}

# The answer to a command, or to the next page of it; its warnings are told. $null: the error has been told.
function Receive-CordonPage([System.Management.Automation.PSCmdlet]$Caller, [string]$Name, [System.Text.Json.Nodes.JsonObject]$Parameters, [string]$Next) {
    $body = [System.Text.Json.Nodes.JsonObject]::new()
    $body['CmdletInput'] = [System.Text.Json.Nodes.JsonObject]::new()
    $body['CmdletInput']['CmdletName'] = $Name
    $body['CmdletInput']['Parameters'] = $Parameters.DeepClone()
    $path = if ($Next -ne '') { $Next } else { '/adminapi/beta/' + [uri]::EscapeDataString($script:Connection.Tenant) + '/InvokeCommand' }
    $Caller.WriteVerbose("POST $($script:Connection.Base)$path".Split('?')[0] + " $Name")
    $answer = Send-CordonRequest $script:Connection 'POST' $path $body.ToJsonString()
    $Caller.WriteDebug("$Name was answered $($answer.Status), request-id $($answer.RequestId)")
    if ($null -ne $answer.Failure) {
        $isOfCommand = $null -ne $answer.Json -and $answer.Status -ge 400 -and $answer.Status -lt 500 -and $answer.Status -ne 401
        if ($isOfCommand) { $Caller.WriteError($answer.Failure) } else { $Caller.ThrowTerminatingError($answer.Failure) }
        return
    }
    $page = @{ Rows = @(); Next = ''; Question = $Name }
    foreach ($property in $answer.Json.EnumerateObject()) {
        switch ($property.Name) {
            'value' { $page.Rows = $property.Value.EnumerateArray() }
            # The path alone: nothing is ever sent to another server than the one that was named.
            '@odata.nextLink' { $link = $property.Value.GetString(); $page.Next = $link.Substring($link.IndexOf('/adminapi/')) }
            '@adminapi.confirmationmessage' { $page.Question = $property.Value.GetString() }
            '@adminapi.warnings' { foreach ($warning in $property.Value.EnumerateArray()) { $Caller.WriteWarning($warning.GetString()) } }
        }
    }
    $page
}

# Json, Status (0: none came), RequestId and Cookies of an answer; Failure: what is wrong with it. Ctrl+C ends the wait.
function Send-CordonRequest([hashtable]$Connection, [string]$Method, [string]$Path, [string]$Body) {
    $answer = @{ Status = 0; Json = $null; RequestId = ''; Cookies = @(); Failure = $null }
    $request = [System.Net.Http.HttpRequestMessage]::new([System.Net.Http.HttpMethod]::new($Method), $Connection.Base + $Path)
    if ($Body -ne '') { $request.Content = [System.Net.Http.StringContent]::new($Body, [System.Text.Encoding]::UTF8, 'application/json') }
    if ($Connection.Bearer -ne '') { $null = $request.Headers.TryAddWithoutValidation('Authorization', 'Bearer ' + $Connection.Bearer) }
    if ($Connection.Cookie -ne '') {
        $null = $request.Headers.TryAddWithoutValidation('Cookie', $Connection.Cookie)
        # With a cookie the server takes changes from its own pages alone.
        $null = $request.Headers.TryAddWithoutValidation('Origin', ([uri]$Connection.Base).GetLeftPart([System.UriPartial]::Authority))
    }
    $cancel = [System.Threading.CancellationTokenSource]::new()
    try {
        $sent = $Connection.Client.SendAsync($request, $cancel.Token)
        while (-not ([System.IAsyncResult]$sent).AsyncWaitHandle.WaitOne(100)) { }
    }
    finally {
        $cancel.Cancel()
        $cancel.Dispose()
    }
    if (-not $sent.IsCompletedSuccessfully) {
        $why = if ($sent.IsCanceled) { 'it does not answer in time' } else { $sent.Exception.GetBaseException().Message }
        $answer.Failure = New-CordonError 'ConnectionFailed' 'ConnectionError' $Connection.Base "Cordon at $($Connection.Base) cannot be reached: $why."
        return $answer
    }
    $response = $sent.Result
    $answer.Status = [int]$response.StatusCode
    foreach ($header in $response.Headers) {
        if ($header.Key -eq 'request-id') { $answer.RequestId = "$($header.Value)" }
        if ($header.Key -eq 'Set-Cookie') { $answer.Cookies = @($header.Value) }
    }
    $text = $response.Content.ReadAsStringAsync().Result
    if ("$($response.Content.Headers.ContentType)" -match 'json') {
        # As a task: what is no JSON is then no exception, which would stand in $Error beside the one that is told.
        $parsed = [System.Text.Json.JsonDocument]::ParseAsync([System.IO.MemoryStream]::new([System.Text.Encoding]::UTF8.GetBytes($text)))
        $null = ([System.IAsyncResult]$parsed).AsyncWaitHandle.WaitOne()
        if ($parsed.IsCompletedSuccessfully) { $answer.Json = $parsed.Result.RootElement }
    }
    $isGood = $response.IsSuccessStatusCode -and ($null -ne $answer.Json -or $answer.Status -eq 204)
    if (-not $isGood) { $answer.Failure = Read-CordonRefusal $Connection $answer }
    if (-not $isGood -and $null -eq $answer.Failure) {
        $answer.Json = $null
        $answer.Failure = New-CordonError 'UnexpectedAnswer' 'InvalidResult' $Connection.Base "What answers at $($Connection.Base) is not Cordon, or stands in front of it: $($answer.Status) $($response.ReasonPhrase)."
    }
    $response.Dispose()
    $answer
}

# What the server says no with, in the form of the admin API or of the REST API. Nothing for what is neither.
function Read-CordonRefusal([hashtable]$Connection, [hashtable]$Answer) {
    $said = [System.Text.Json.JsonElement]::new()
    $isObject = $null -ne $Answer.Json -and $Answer.Json.ValueKind -eq 'Object'
    if ($isObject -and $Answer.Json.TryGetProperty('error', [ref]$said)) {
        $details = [System.Text.Json.JsonElement]::new()
        if ($said.ValueKind -ne 'Object' -or -not $said.TryGetProperty('details', [ref]$details)) { return }
        if ($details.ValueKind -ne 'Array' -or $details.GetArrayLength() -eq 0) { return }
        $kind = Read-CordonText $details[0] 'message'
        $category = Read-CordonText $details[0] 'code'
        $target = Read-CordonText $details[0] 'target'
        $text = Read-CordonText $said 'message'
        if ($null -eq $kind -or $null -eq $category -or $null -eq $text) { return }
        $id, $type, $null = $kind.Split('|', 3)
    }
    elseif ($isObject -and $Answer.Json.TryGetProperty('detail', [ref]$said)) {
        $detail = Read-CordonText $Answer.Json 'detail'
        $code = Read-CordonText $Answer.Json 'code'
        if ($null -eq $detail -or $null -eq $code) { return }
        $id = [cultureinfo]::InvariantCulture.TextInfo.ToTitleCase($code.Replace('_', ' ')).Replace(' ', '')
        $type, $target = '', $null
        $category = switch ($Answer.Status) { 401 { 'AuthenticationError' } 403 { 'PermissionDenied' } 404 { 'ObjectNotFound' } default { 'InvalidOperation' } }
        $text = "$detail. $(Read-CordonText $Answer.Json 'advice')".Trim()
        $text = [char]::ToUpperInvariant($text[0]) + $text.Substring(1)
    }
    else { return }
    if ($id -eq 'Unauthorized') {
        $text = if ($Connection.Bearer -ne '') { 'The API token is not valid: it is unknown, expired or revoked.' } else { 'You are not signed in any more. Run Connect-Cordon again.' }
    }
    New-CordonError $id $category $target $text $type
}

# The text of a property; nothing where there is none.
function Read-CordonText([System.Text.Json.JsonElement]$Element, [string]$Name) {
    $value = [System.Text.Json.JsonElement]::new()
    if ($Element.ValueKind -eq 'Object' -and $Element.TryGetProperty($Name, [ref]$value) -and $value.ValueKind -eq 'String') { $value.GetString() }
}

# `Type`: full name of the .NET exception that the server speaks of.
function New-CordonError([string]$Id, [string]$Category, [object]$Target, [string]$Message, [string]$Type) {
    $known = [System.Management.Automation.ErrorCategory]::NotSpecified
    $null = [System.Enum]::TryParse($Category, [ref]$known)
    if ("$Target" -eq '') { $Target = $null }
    $record = [System.Management.Automation.ErrorRecord]::new([System.InvalidOperationException]::new($Message), $Id, $known, $Target)
    if ($Type -ne '') { $record.CategoryInfo.Reason = $Type.Split('.')[-1] }
    $record
}

# The cmdlet's own parameters as JSON.
function ConvertTo-CordonParameters([System.Collections.IDictionary]$Bound) {
    $parameters = [System.Text.Json.Nodes.JsonObject]::new()
    foreach ($name in $Bound.Keys) {
        if ($name -in [System.Management.Automation.Cmdlet]::CommonParameters -or $name -in [System.Management.Automation.Cmdlet]::OptionalCommonParameters) { continue }
        $parameters[$name] = [System.Text.Json.Nodes.JsonNode](ConvertTo-CordonJson $Bound[$name])
    }
    # Comma: an empty object would vanish.
    , $parameters
}

# A switch is a boolean, a time is in UTC; one without a time zone stays so, which the server takes for UTC.
function ConvertTo-CordonJson([object]$Value) {
    if ($null -eq $Value) { return }
    if ($Value -is [System.Management.Automation.SwitchParameter]) { return [System.Text.Json.Nodes.JsonValue]::Create($Value.IsPresent) }
    if ($Value -is [bool] -or $Value -is [int] -or $Value -is [long]) { return [System.Text.Json.Nodes.JsonValue]::Create($Value) }
    if ($Value -is [datetime]) {
        $time = if ($Value.Kind -eq 'Unspecified') { $Value } else { $Value.ToUniversalTime() }
        return [System.Text.Json.Nodes.JsonValue]::Create($time.ToString('o', [cultureinfo]::InvariantCulture))
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $object = [System.Text.Json.Nodes.JsonObject]::new()
        $object['@odata.type'] = '#Exchange.GenericHashTable'
        foreach ($key in $Value.Keys) { $object["$key"] = [System.Text.Json.Nodes.JsonNode](ConvertTo-CordonJson $Value[$key]) }
        return , $object
    }
    if ($Value -is [System.Collections.IEnumerable] -and $Value -isnot [string]) {
        $list = [System.Text.Json.Nodes.JsonArray]::new()
        foreach ($one in $Value) { $list.Add([System.Text.Json.Nodes.JsonNode](ConvertTo-CordonJson $one)) }
        return , $list
    }
    [System.Text.Json.Nodes.JsonValue]::Create("$Value")
}

# An object with its properties in the order of the answer. Annotations, which stand before their property, say of which .NET type it is.
function ConvertFrom-CordonJson([System.Text.Json.JsonElement]$Row, [string]$OutputType) {
    $properties = [ordered]@{}
    if ($OutputType -ne '') { $properties['PSTypeName'] = $OutputType }
    $type = ''
    foreach ($property in $Row.EnumerateObject()) {
        $name = $property.Name
        $value = $property.Value
        if ($name.Contains('@')) {
            if ($name.EndsWith('@data.type') -or ($type -eq '' -and -not $name.StartsWith('@'))) { $type = $value.GetString() }
            continue
        }
        # The most frequent kinds are read here: a list has thousands of rows, and a call takes its time.
        $kind = $value.ValueKind
        $properties[$name] = if ($kind -eq 'String' -and -not $type.StartsWith('System.')) { $value.GetString() } elseif ($kind -eq 'Null') { $null } else { ConvertFrom-CordonValue $value $type }
        $type = ''
    }
    [pscustomobject]$properties
}

# A list stays one, even of one or none.
function ConvertFrom-CordonValue([System.Text.Json.JsonElement]$Value, [string]$Type) {
    switch ($Value.ValueKind) {
        'String' {
            if ($Type -eq 'System.Guid') { return $Value.GetGuid() }
            # As PowerShell's own times: comparable with Get-Date.
            if ($Type -eq 'System.DateTime') { return $Value.GetDateTimeOffset().LocalDateTime }
            return $Value.GetString()
        }
        'Number' {
            $whole = [int64]0
            if (-not $Value.TryGetInt64([ref]$whole)) { return $Value.GetDouble() }
            if ($Type -ne 'System.Int64' -and $whole -ge [int]::MinValue -and $whole -le [int]::MaxValue) { return [int]$whole }
            return $whole
        }
        'True' { return $true }
        'False' { return $false }
        'Array' {
            $list = @(foreach ($one in $Value.EnumerateArray()) { , (ConvertFrom-CordonValue $one '') })
            if ($Type -eq '#Collection(String)') { return , [string[]]$list }
            return , $list
        }
        'Object' { return ConvertFrom-CordonJson $Value '' }
        default { return $null }
    }
}
