export { type Directive, directivesOf, filesOfDump } from "./configuration.ts";
export { type FileTest, fileTests } from "./file-tests.ts";
export { nginxFlags } from "./flags.ts";
export { makeVisibleFolder } from "./folders.ts";
export { markerName, readMarker, setMarker } from "./marker.ts";
