// n8n loads nodes and credentials through the "n8n" section of package.json; this file only lets `main` resolve.
