"""A stretch of bad network between two programs: a TCP relay that cuts, swallows, slows and reorders at will."""
import asyncio
import random
import socket
import threading


class Relay:
    """Listens on `port` of loopback and passes everything on to `target`. `bad` says how; it may change at any moment:
    None (fair), "cut" (every connection is reset), "hole" (bytes vanish, connections stay open), or a dict with any of
    limp=(a, b)    a connection is reset after that many bytes, drawn anew for each
    lag=(a, b)     each piece waits that many seconds, drawn anew, so connections overtake each other
    late=(a, b)    as lag, but only what comes back from the target
    small=N        pieces of at most N bytes
    """

    def __init__(self, target, seed=1):
        self.target, self.bad, self.moment = target, None, random.Random(seed)
        self.bytes_up, self.cuts = 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open, self.moved = set(), threading.Condition()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(asyncio.start_server(self._one, sock=self.listener))
        self.loop.run_forever()

    def be(self, bad):
        """From now on; existing connections suffer too."""
        self.bad = bad
        if bad == "cut" or self._law("limp", None):  # a connection that is kept for the next request was opened in fair weather
            self.loop.call_soon_threadsafe(self._reset_all)

    def _count(self, n):
        with self.moved:
            self.bytes_up += n
            self.moved.notify_all()

    def wait_for_bytes(self, n):
        with self.moved:
            assert self.moved.wait_for(lambda: self.bytes_up >= n, timeout=120)

    def _reset_all(self):
        for writer in list(self.open):
            self._reset(writer)

    def _reset(self, writer):
        self.open.discard(writer)
        writer.transport.abort()

    def _law(self, word, default):
        return self.bad.get(word, default) if isinstance(self.bad, dict) else default

    async def _one(self, reader, writer):
        if self.bad == "cut":
            return writer.transport.abort()
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            return writer.transport.abort()
        both = [writer, far_writer]
        self.open.update(both)
        limp = self._law("limp", None)
        left = [self.moment.randint(*limp) if limp else None]
        await asyncio.gather(self._pass(reader, far_writer, both, left, True), self._pass(far_reader, writer, both, left, False))
        for end in both:
            self.open.discard(end)
            end.close()

    async def _held_up(self, seconds):
        arrived = self.loop.create_future()
        self.loop.call_later(seconds, arrived.set_result, None)
        await arrived

    async def _pass(self, reader, writer, both, left, up):
        try:
            while piece := await reader.read(self._law("small", 65536)):
                lag = self._law("lag", None) or (not up and self._law("late", None))
                if lag:
                    await self._held_up(self.moment.uniform(*lag))
                if self.bad == "hole":
                    continue
                if left[0] is not None:
                    piece = piece[:left[0]]
                    left[0] -= len(piece)
                writer.write(piece)
                if up:
                    self._count(len(piece))
                await writer.drain()
                if left[0] == 0:
                    self.cuts += 1
                    for end in both:
                        self._reset(end)
                    return
            writer.write_eof()
        except (OSError, RuntimeError):
            for end in both:
                self._reset(end)

    def close(self):
        self.loop.call_soon_threadsafe(self._end)
        self.thread.join(timeout=10)

    def _end(self):
        self.server.close()
        self._reset_all()
        self.loop.stop()
