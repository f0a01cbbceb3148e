/** Stands for `engineEnvironment` in the child process: there the parent has chosen n8n's user folder. */
export const userFolder = process.env.N8N_USER_FOLDER!;
