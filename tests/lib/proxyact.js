/*
 * A node client that goes by HTTP_PROXY: "http URL" in the absolute form,
 * "https URL" by CONNECT and TLS.  Prints the body; exit 1 with the proxy's
 * status where it is refused.
 */
const http = require('http'), tls = require('tls');
const [how, where] = process.argv.slice(2);
const url = new URL(where), proxy = new URL(process.env.HTTP_PROXY);
const to = { host: proxy.hostname, port: proxy.port, timeout: 20000 };
const fail = (why) => { console.log('refused: ' + why); process.exit(1); };

function show(answer) {
	let body = '';

	answer.on('data', (d) => { body += d; });
	answer.on('end', () => answer.statusCode === 200 ?
	    console.log(body) : fail(answer.statusCode));
}

if (how === 'http') {
	http.get({ ...to, path: where, headers: { Host: url.host } }, show)
	    .on('error', fail);
} else {
	const host = url.hostname + ':' + (url.port || 443);

	http.request({ ...to, method: 'CONNECT', path: host,
	    headers: { Host: host } }).on('connect', (answer, socket) => {
		if (answer.statusCode !== 200)
			fail(answer.statusCode);
		const secure = tls.connect({ socket, servername: url.hostname,
		    rejectUnauthorized: false });
		http.get({ createConnection: () => secure, path: url.pathname,
		    headers: { Host: url.host, Connection: 'close' } }, show)
		    .on('error', fail);
	}).on('error', fail).end();
}
