// A compute process that never comes up, as one that waits for its processor on a busy machine.
setInterval(() => {}, 60_000)
