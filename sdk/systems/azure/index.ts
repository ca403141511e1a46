export { type DownloadOptions, downloadBackup, readRemoteBackup } from "./remote/download.ts";
export { listRemoteBackups, newestRemoteBackup } from "./remote/list.ts";
export { type OpenOptions, openRemote, type Remote, type RemoteSettings, remoteOf } from "./remote/open.ts";
export { type Uploaded, type UploadOptions, type UploadProgress, uploadBackup } from "./remote/upload.ts";
