export { readMarker, setMarker } from "./marker.ts";
