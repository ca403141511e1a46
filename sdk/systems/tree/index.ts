export { type Attributes, emptyAttributes, type Kind, lookAt, lookAtOpen } from "./attributes.ts";
export { changeMode, changeOwner, hasAttribute, type Moved, moveAt, removeAt } from "./change.ts";
export { type Entry, pathOfEntry, type Walk } from "./course.ts";
export { type Directory, directoryAt, pathOf } from "./directory.ts";
export { type ReadName, readNameOf, readNames } from "./entries.ts";
export {
  close,
  namesOf,
  type OpenFile,
  openDirectory,
  openDirectoryAt,
  openFileAt,
  openFilesAllowed,
} from "./open.ts";
export { joined, shownPath } from "./shown.ts";
export { walk } from "./walk.ts";
