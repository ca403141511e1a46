/** The folders of tests, the quick ones first. */
export const folderNames = ["unit", "integration", "faults", "e2e"] as const;
export type FolderName = (typeof folderNames)[number];
