"""An S3 server for tests, on loopback. It ends when its standard input is closed, so it never outlives a test."""

import logging
import sys
import urllib.request

from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").disabled = True
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
url = f"http://{host}:{port}"
urllib.request.urlopen(urllib.request.Request(f"{url}/onsite", method="PUT"))
print(url, flush=True)
sys.stdin.read()
server.stop()
