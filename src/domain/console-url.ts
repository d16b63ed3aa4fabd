/** Addresses of the console, with placeholders; absent where there is none. */
export interface ConsoleUrls {
  readonly pipelineRun?: string;
  readonly taskLog?: string;
}

/** What an address may be made of. */
export interface ConsolePlace {
  readonly namespace: string;
  readonly pipelineRun?: string;
  readonly task?: string;
}

/** An address of the console with its placeholders filled in. Both forms that upstream knows are understood; neither is a
 * template that could do more. */
export function consoleUrl(pattern: string, { namespace, pipelineRun = "", task = "" }: ConsolePlace): string {
  const values: Readonly<Record<string, string>> = {
    Namespace: namespace,
    NAMESPACE: namespace,
    PipelineRunName: pipelineRun,
    PIPELINE_RUN_NAME: pipelineRun,
    TaskName: task,
    TASK_NAME: task,
  };
  return pattern.replace(
    /\{\{ ?(?:\.(Namespace|PipelineRunName|TaskName)|(NAMESPACE|PIPELINE_RUN_NAME|TASK_NAME)) ?\}\}/g,
    (_, old: string | undefined, plain: string | undefined) => values[old ?? plain ?? ""] ?? "",
  );
}
