// PowerShell's engine behind a pipe: one JSON object a line in, {"line":"Get-Command","answers":["Y"]}, one JSON object a line out,
// {"output":"...","prompts":["..."]}: what a console would show, as plain text, and what was asked. {"reset":true} begins a new session.
// It is compiled against the engine's package, and by a pwsh at its start against its own engine.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using System.Security;
using System.Text;
using System.Text.Json;

public static class PowerShellHost
{
    public static void Main()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = new CultureInfo("en-US");
        using var requests = new System.IO.StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        using var results = new System.IO.StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var host = new ScriptedHost();
        var session = Open(host);
        while (requests.ReadLine() is string text)
        {
            using var request = JsonDocument.Parse(text);
            if (request.RootElement.TryGetProperty("reset", out _))
            {
                session.Dispose();
                session = Open(host);
            }
            if (request.RootElement.TryGetProperty("line", out var line))
            {
                var answers = request.RootElement.TryGetProperty("answers", out var given) ? given.EnumerateArray() : default;
                host.Screen.Begin(answers.Select(answer => answer.GetString()!));
                Run(session, line.GetString()!);
            }
            results.WriteLine(JsonSerializer.Serialize(new { output = host.Screen.Output.ToString(), prompts = host.Screen.Prompts }));
        }
        session.Dispose();
    }

    static Runspace Open(PSHost host)
    {
        var session = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        session.Open();
        return session;
    }

    /// <summary>As a console does: errors stand among the output, and what stops the line is shown like any other error.</summary>
    static void Run(Runspace session, string line)
    {
        using var shell = PowerShell.Create(session).AddScript(line);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException error)
        {
            using var display = PowerShell.Create(session).AddCommand("Out-Default").AddParameter("InputObject", error.ErrorRecord);
            display.Invoke();
        }
    }
}

sealed class ScriptedHost : PSHost
{
    public readonly Screen Screen = new();
    public override CultureInfo CurrentCulture { get; } = new("en-US");
    public override CultureInfo CurrentUICulture { get; } = new("en-US");
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name => "ScriptedHost";
    public override PSHostUserInterface UI => Screen;
    public override Version Version { get; } = new(1, 0);
    public override void EnterNestedPrompt() => throw new NotSupportedException();
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }
}

/// <summary>Answers prompts from a list, in order; one that nobody has an answer for is a mistake of the test.</summary>
sealed class Screen : PSHostUserInterface
{
    readonly Queue<string> answers = new();
    public readonly StringBuilder Output = new();
    public readonly List<string> Prompts = new();

    public void Begin(IEnumerable<string> given)
    {
        Output.Clear();
        Prompts.Clear();
        answers.Clear();
        foreach (var answer in given) answers.Enqueue(answer);
    }

    string Ask(string question)
    {
        Prompts.Add(question);
        return answers.TryDequeue(out var answer) ? answer : throw new InvalidOperationException($"no answer to: {question}");
    }

    public override PSHostRawUserInterface RawUI { get; } = new Window();
    public override bool SupportsVirtualTerminal => false;
    public override void Write(string value) => Output.Append(new StringDecorated(value).ToString(OutputRendering.PlainText));
    public override void Write(ConsoleColor foreground, ConsoleColor background, string value) => Write(value);
    public override void WriteLine(string value) => Write(value + "\n");
    public override void WriteErrorLine(string value) => WriteLine(value);
    public override void WriteDebugLine(string message) => WriteLine($"DEBUG: {message}");
    public override void WriteVerboseLine(string message) => WriteLine($"VERBOSE: {message}");
    public override void WriteWarningLine(string message) => WriteLine($"WARNING: {message}");
    public override void WriteProgress(long sourceId, ProgressRecord record) { }
    public override string ReadLine() => Ask("");
    public override SecureString ReadLineAsSecureString() => Secure(Ask(""));

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> fields) =>
        fields.ToDictionary(field => field.Name, field => new PSObject(Ask($"{field.Name}:")));

    /// <summary>An answer is the letter of a choice; an empty one is the default.</summary>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        var letters = choices.Select(choice => choice.Label.Substring(choice.Label.IndexOf('&') + 1, 1).ToUpperInvariant()).ToList();
        var options = string.Join("  ", choices.Select((choice, i) => $"[{letters[i]}] {choice.Label.Replace("&", "")}"));
        Write($"{caption}\n{message}\n{options} (default is \"{letters[defaultChoice]}\"): ");
        var answer = Ask($"{caption}\n{message}");
        WriteLine(answer);
        return answer == "" ? defaultChoice : letters.FindIndex(letter => letter.Equals(answer, StringComparison.OrdinalIgnoreCase));
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        new(userName, Secure(Ask(message)));

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowed, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var character in text) secure.AppendChar(character);
        return secure;
    }
}

/// <summary>Without a width nothing is formatted.</summary>
sealed class Window : PSHostRawUserInterface
{
    public override Size BufferSize { get; set; } = new(120, 3000);
    public override Size WindowSize { get; set; } = new(120, 50);
    public override Size MaxWindowSize => WindowSize;
    public override Size MaxPhysicalWindowSize => WindowSize;
    public override Coordinates CursorPosition { get; set; }
    public override Coordinates WindowPosition { get; set; }
    public override int CursorSize { get; set; } = 1;
    public override ConsoleColor ForegroundColor { get; set; }
    public override ConsoleColor BackgroundColor { get; set; }
    public override string WindowTitle { get; set; } = "";
    public override bool KeyAvailable => false;
    public override void FlushInputBuffer() { }
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { }
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => new BufferCell[0, 0];
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }
}
