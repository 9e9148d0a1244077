"""The peer: what a nameko tutorial would write. Its own HTTP entrypoint, one RPC, one INSERT, and no guarantee at all:
no token, no contract, no tenant, no encryption, no idempotency, no event.

Run as `python -m tests.bench.peers.plain gateway|store` with PEER_BROKER, PEER_DATABASE and PEER_PORT.
"""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

import warnings

warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")

import eventlet

eventlet.monkey_patch()

import json
import sys
import uuid

import psycopg
from eventlet.queue import LifoQueue
from nameko.rpc import RpcProxy, rpc
from nameko.runners import ServiceRunner
from nameko.web.handlers import http


class Store:
    name = "plain_store"
    connections: LifoQueue = LifoQueue()

    @rpc
    def insert(self, body):
        connection = self.connections.get()
        identity = str(uuid.uuid4())
        connection.execute("insert into plain (id, body) values (%s, %s)", (identity, json.dumps(body)))
        connection.commit()
        self.connections.put(connection)
        return {"id": identity}


class Gateway:
    name = "plain_gateway"
    store = RpcProxy("plain_store")

    @http("POST", "/applications")
    def submit(self, request):
        return 201, json.dumps(self.store.insert(json.loads(request.get_data(as_text=True))))


if __name__ == "__main__":
    runner = ServiceRunner(
        {
            "AMQP_URI": os.environ["PEER_BROKER"],
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{os.environ['PEER_PORT']}",
            "max_workers": 20,
        }
    )
    if sys.argv[1] == "store":
        for _ in range(20):
            Store.connections.put(psycopg.connect(os.environ["PEER_DATABASE"]))
    runner.add_service(Gateway if sys.argv[1] == "gateway" else Store)
    runner.start()
    runner.wait()
