/** The code of one function. */
export interface Bundle {
  /**
   * Absolute path of `index.mjs`, an ES module that exports `handler`: the whole of the function's package. It stays
   * for as long as this process runs. Equal code of an entry has an equal path.
   */
  file: string;
  /** Contents of that file. */
  code: string;
  /**
   * Contents of `index.mjs.map` beside it, which `--enable-source-maps` reads. It is not part of the package: a
   * comment changes it.
   */
  map: string;
}
