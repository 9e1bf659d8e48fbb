// asl-validator 4 ships no types.
declare module "asl-validator" {
  interface Verdict {
    isValid: boolean;
    errorsText(separator?: string): string;
  }
  /** Writes defaults into the definition that it is given. */
  export default function validate(
    definition: unknown,
    options?: { checkPaths: boolean; checkArn: boolean },
  ): Verdict;
}
