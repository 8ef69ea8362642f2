"""A plain TCP proxy in a thread of its own: passes on, goes silent, or refuses."""

import asyncio, threading


class Proxy:
    """Listens on a free port of the loopback; each connection goes to the next target that takes it."""

    def __init__(self, targets):
        self.targets, self.next, self.open, self.refusing = list(targets), 0, set(), False
        self.passing = None
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()
        self.started.wait()

    def run(self):
        asyncio.set_event_loop(self.loop)

        async def begin():
            self.passing = asyncio.Event()
            self.passing.set()
            self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            self.address = self.server.sockets[0].getsockname()
            self.started.set()

        self.loop.run_until_complete(begin())
        self.loop.run_forever()

    async def serve(self, reader, writer):
        ends = [writer]
        self.open.add(writer)
        try:
            if self.refusing:
                return
            await self.passing.wait()
            for _ in self.targets:
                target = self.targets[self.next % len(self.targets)]
                self.next += 1
                try:
                    back, forth = await asyncio.open_connection(*target)
                    break
                except OSError:
                    continue
            else:
                return
            ends.append(forth)
            self.open.add(forth)
            pumps = [asyncio.ensure_future(self.pump(reader, forth)), asyncio.ensure_future(self.pump(back, writer))]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
        finally:
            for end in ends:
                self.open.discard(end)
                end.close()

    async def pump(self, source, sink):
        try:
            while data := await source.read(65536):
                await self.passing.wait()
                sink.write(data)
                await sink.drain()
        except OSError:
            pass

    def call(self, what):
        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (what(), done.set()))
        done.wait()

    def freeze(self):
        """Nothing goes through, and nobody is told."""
        self.call(self.passing.clear)

    def refuse(self):
        """Every connection ends, and no new one lasts."""

        def end():
            self.refusing = True
            for writer in list(self.open):
                writer.transport.abort()

        self.call(end)

    def mend(self):
        """As before; what was held up ends, as after a long silence."""

        def begin():
            self.refusing = False
            if not self.passing.is_set():
                for writer in list(self.open):
                    writer.transport.abort()
            self.passing.set()

        self.call(begin)

    def close(self):
        def end():
            self.server.close()
            for writer in list(self.open):
                writer.transport.abort()
            self.loop.stop()

        self.loop.call_soon_threadsafe(end)
