// Types of the HTTP API for TypeScript, made of /openapi.json. UPDATE=1 npx vitest run test/api/client.test.ts
export interface paths {
    "/api/v1/propagation/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Who in the world answers what
         * @description One look at all authoritative servers of a name and then at resolvers, within the politeness that the watches keep. Looking plants what the servers give then, for its TTL.
         */
        post: operations["postPropagationQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resolvers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The resolvers that can be asked
         * @description Those that came along, and those of the list that this server keeps. A cutover watches those that its configuration names.
         */
        get: operations["getResolvers"];
        put?: never;
        /**
         * Adds a resolver to the list of this server
         * @description As `resolvers add` does with a file. Its path is not for clients to say.
         */
        post: operations["postResolvers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resolvers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a resolver from the list of this server */
        delete: operations["deleteResolversId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resolvers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries a resolver out
         * @description As `resolvers test` does, within the politeness that the watches keep.
         */
        post: operations["postResolversIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The journal as it is stored
         * @description JSON Lines of `n`, `seq`, `actor`, `cause`, `hash` and `text`. `text` is what was stored and hashed, so that anybody can verify the chain: hash = SHA-256(JSON of [hash before, cutover, seq, actor.kind, actor.name, cause], a line feed, text); before the first line stands SHA-256("dns-cutover journal <id>").
         */
        get: operations["getCutoversIdJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the store keeps beside the journal
         * @description With the journal it is all that every view is made from.
         */
        get: operations["getCutoversIdWatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** For Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The report of a cutover
         * @description At any time; the same as `report`. JSON unless format says md.
         */
        get: operations["getCutoversIdReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was there before
         * @description Empty before the first stage is over; one then, which never changes.
         */
        get: operations["getCutoversIdSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/propagation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What authoritative servers and resolvers say
         * @description As `propagation --json` says it of a name, from what the controller saw last: nobody is asked for this. What a single authoritative server answered is not kept, only where it stands. Public resolvers are a proxy for those of senders, and weights are estimates.
         */
        get: operations["getCutoversIdPropagation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/propagation/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The share over time
         * @description Oldest first, a point a minute where it changed; thinned out where it is long.
         */
        get: operations["getCutoversIdPropagationHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/stragglers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who still says old, and why
         * @description Empty before the swap: everybody rightly says old then.
         */
        get: operations["getCutoversIdStragglers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a plan
         * @description From the configuration of this server and the zone as it is now. Changes nothing. A start names its hash.
         */
        post: operations["postPlans"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A plan that was made
         * @description The latest 100 are kept, until the server ends.
         */
        get: operations["getPlansHash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks for an act
         * @description Decided at once, by the same rules as at the command line. approve needs the role approver, all others operator; an agent may hand in a probe (observe). With If-Match: * an act that was interrupted and is sent again is stored once, except where its process stood still for half a minute between its last look and the save.
         */
        post: operations["postCutoversIdActions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All cutovers
         * @description By id, a page at a time. The event stream has them worst first.
         */
        get: operations["getCutovers"];
        put?: never;
        /**
         * Starts a cutover
         * @description The zone is looked at again, as `start` does: the operation says what came of it. Blockers are named by `findings` of its problem.
         */
        post: operations["postCutovers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a cutover stands
         * @description The same as `status --json`. ETag is its sequence number: 304 says that no line was stored since, though countdowns and what resolvers say go on.
         */
        get: operations["getCutoversId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a kind of problem means */
        get: operations["getProblemsKind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens in a cutover
         * @description By Accept: a page as application/json, everything as application/x-ndjson, or text/event-stream, which begins with a `snapshot` and goes on with events in order, each with its id; what says how it stands (`status`, `propagation`, `brief`) has none. `Last-Event-ID`, or `after`, goes on exactly after an event. An unknown one is answered with `reset` and a snapshot in a stream, and with 400 elsewhere.
         */
        get: operations["getCutoversIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens in all cutovers
         * @description By Accept: a page as application/json, everything as application/x-ndjson, or text/event-stream, which begins with a `snapshot` and goes on with events in order, each with its id; what says how it stands (`status`, `propagation`, `brief`) has none. `Last-Event-ID`, or `after`, goes on exactly after an event. An unknown one is answered with `reset` and a snapshot in a stream, and with 400 elsewhere.
         */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alive */
        get: operations["getLivez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ready: the store can be written */
        get: operations["getReadyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/startupz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Started: the store is open and migrated */
        get: operations["getStartupz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of an operation
         * @description A request that acts names its operation in Location. `done` carries the seq at which the cutover stood then.
         */
        get: operations["getOperationsId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the caller is */
        get: operations["getSession"];
        put?: never;
        /**
         * Log in: exchange a token or a share link for a session
         * @description The answer sets a cookie that no script can read. The session ends after 8 hours, after an hour in which it was not used, and with the token or link. A session that the request brings along ends.
         */
        post: operations["postSession"];
        /**
         * Log out
         * @description Ends the session of the cookie. Without one nothing happens.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sessions of the own token; of everybody for an admin */
        get: operations["getSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session */
        delete: operations["deleteSessionsSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Share links of a cutover, without their secrets */
        get: operations["getCutoversIdShares"];
        put?: never;
        /**
         * Make a read-only link to the page of a cutover
         * @description The link is in this answer and nowhere else. What proves it stands after the `#`, which browsers send to nobody; the page exchanges it for a session that sees this cutover and nothing beside it.
         */
        post: operations["postCutoversIdShares"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cutovers/{id}/shares/{share}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a share link */
        delete: operations["deleteCutoversIdSharesShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tokens, without their secrets
         * @description One that ended is listed for 30 days.
         */
        get: operations["getTokens"];
        put?: never;
        /**
         * Make a token
         * @description The secret is in this answer and nowhere else: only its hash is kept.
         */
        post: operations["postTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description At once: its sessions, its streams and the share links made with it end.
         */
        delete: operations["deleteTokensToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The version of the server */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Receivers of events */
        get: operations["getWebhooks"];
        put?: never;
        /**
         * Add a receiver
         * @description https to a public address only; the configuration file can allow more. The secret is shown this once.
         */
        post: operations["postWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a receiver
         * @description The last ones, newest first.
         */
        get: operations["getWebhooksWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a receiver */
        delete: operations["deleteWebhooksWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test at once
         * @description Enables a receiver that had been disabled, if it takes the test.
         */
        post: operations["postWebhooksWebhookTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an event once more */
        post: operations["postWebhooksWebhookDeliveriesDeliveryRedeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description RFC 9457, as application/problem+json. */
        Problem: {
            /** @description Names the kind of problem, and never changes. */
            type: string;
            title: string;
            status: number;
            /** @description What happened here, for people. */
            detail: string;
            /** @description Names this request in the log of the server. */
            request: string;
            /** @description What to do about it. */
            remedy: string;
            where?: string;
            /** @description Seconds until it may be tried again. */
            retryAfter?: number;
            /** @description Each thing that is wrong with the request, by a JSON pointer (RFC 6901). */
            errors?: {
                path: string;
                message: string;
            }[];
            /** @description The findings of checks that stand in the way. */
            findings?: unknown[];
            details?: {
                [key: string]: unknown;
            };
        };
    };
    responses: {
        /** @description The request is not what it should be. An Idempotency-Key is required. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A token is required. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The role does not allow this. A session needs TLS. The request came from another site. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The method is not allowed here. */
        Problem405: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description None of the accepted types can be given. */
        Problem406: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request took too long to arrive. */
        Problem408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state forbids this. The first request with this key is still running. The zone is not what was expected. A check failed. The other side cannot do this. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It moved on since you looked. */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The address is too long. */
        Problem414: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Only JSON is taken. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description What the request expects cannot be had. */
        Problem417: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description This server does not go by that name. */
        Problem421: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The Idempotency-Key stands for another request. */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description If-Match is required. */
        Problem428: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Asked too often. */
        Problem429: {
            headers: {
                /** @description Seconds until it may be tried again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The headers are too large. */
        Problem431: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something that cannot happen did. A file of the server cannot be used. */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The transfer coding is not known. */
        Problem501: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A provider refused the credentials. Somebody that is needed does not answer. */
        Problem502: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The store cannot be read or written. The server ended before this was carried out. The server is stopping. The server has too much to do. */
        Problem503: {
            headers: {
                /** @description Seconds until it may be tried again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postPropagationQuery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Such as MX. */
                    type: string;
                    /** @description The whole new set; left out: what the authoritative servers agree on. */
                    expect?: string[];
                    /**
                     * @description core unless said; own: the list of this server. The first 200 of a list are asked.
                     * @enum {unknown}
                     */
                    resolvers?: "core" | "default" | "own";
                };
            };
        };
        responses: {
            /** @description Who in the world answers what */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domain: string;
                        type: string;
                        /** @description The new set; null: not known, or not yet. */
                        expected: string[] | null;
                        authoritative: ({
                            name: string;
                            address: string;
                            /** @description new, old, mixed, other, empty, refused or silent. */
                            verdict: string;
                            ttl: number | null;
                            serial: number | null;
                            trouble: string | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        resolvers: ({
                            id: string;
                            address: string;
                            verdict: string | null;
                            rdata: string[] | null;
                            ttl: number | null;
                            ttlLeft: number | null;
                            /** @description Why it is not new. */
                            cause: string | null;
                            /** @description When what was seen ends; null: not known. */
                            until: string | null;
                            operator: string;
                            country: string | null;
                            /** @description An estimate. */
                            weight: number;
                            samples: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description How many say what; share and ableToTell are 0 to 1 by weight, or null. */
                        tally: unknown;
                        at: string;
                        /** @description reached, pending, no authority or no resolver. */
                        standing: string;
                        /** @description Why no share means anything; null: one does. */
                        distrust: unknown;
                        notes: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getResolvers: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The resolvers that can be asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        resolvers: ({
                            id: string;
                            name: string;
                            operator: string;
                            country: string | null;
                            addresses: string[];
                            port: number;
                            transports: string[];
                            tier: string;
                            /** @description An estimate. */
                            weight: number;
                            /** @enum {unknown} */
                            origin: "shipped" | "own";
                        } & {
                            [key: string]: unknown;
                        })[];
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postResolvers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    addresses: string[];
                    name?: string;
                    operator?: string;
                    country?: string;
                    port?: number;
                    transports?: ("udp" | "tcp" | "tls" | "https")[];
                    dotHost?: string;
                    dohTemplate?: string;
                    /** @enum {unknown} */
                    tier?: "core" | "regional";
                    weight?: number;
                };
            };
        };
        responses: {
            /** @description A resolver, as `resolvers list --json` says it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        operator: string;
                        country: string | null;
                        addresses: string[];
                        port: number;
                        transports: string[];
                        tier: string;
                        /** @description An estimate. */
                        weight: number;
                        /** @enum {unknown} */
                        origin: "shipped" | "own";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteResolversId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postResolversIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tries a resolver out */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What the network of this server does with DNS. */
                        network: {
                            sentences: string[];
                        } & {
                            [key: string]: unknown;
                        };
                        resolvers: ({
                            id: string;
                            address: string;
                            /** @description works, answers, refuses, fails, silent or lies. */
                            verdict: string;
                            remarks: string[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdJournal: {
        parameters: {
            query?: {
                /** @description Only the lines after this seq. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description application/x-ndjson */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdWatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the store keeps beside the journal */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was seen of resolvers, as the store keeps it. */
                        record: {
                            [key: string]: unknown;
                        };
                        /** @description The process that runs it; null: none. */
                        runner: ({
                            owner: string;
                            pid: number;
                            host: string;
                            since: number;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description The clocks of the server, which the record counts by. */
                        now: {
                            wall: number;
                            up: number;
                            boot: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For Prometheus */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdReport: {
        parameters: {
            query?: {
                format?: "md" | "json";
            };
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As JSON, or with format=md as text/markdown. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": ({
                        id: string;
                        domain: string;
                        outcome: string | null;
                        stage: string;
                        startedAt: string;
                        startedBy: string;
                        endedAt: string | null;
                        /** @description How many lines it is made from, and their last hash. */
                        journal: unknown;
                        /** @description Every write that was meant to be made. */
                        writes: unknown;
                        /** @description Who asked for what. */
                        decisions: unknown;
                        holds: unknown;
                        /** @description What was left out, and why. */
                        notDone: unknown;
                        /** @description How to put everything back by hand. */
                        undo: unknown;
                    } & {
                        [key: string]: unknown;
                    }) | string;
                    "text/markdown": ({
                        id: string;
                        domain: string;
                        outcome: string | null;
                        stage: string;
                        startedAt: string;
                        startedBy: string;
                        endedAt: string | null;
                        /** @description How many lines it is made from, and their last hash. */
                        journal: unknown;
                        /** @description Every write that was meant to be made. */
                        writes: unknown;
                        /** @description Who asked for what. */
                        decisions: unknown;
                        holds: unknown;
                        /** @description What was left out, and why. */
                        notDone: unknown;
                        /** @description How to put everything back by hand. */
                        undo: unknown;
                    } & {
                        [key: string]: unknown;
                    }) | string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdSnapshots: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was there before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        snapshots: ({
                            cutover: string;
                            /** @description Of what the provider held; the journal names it. */
                            digest: string;
                            takenAt: string;
                            /** @description What the provider held, by RRset; null: nothing. */
                            hosted: unknown;
                            /** @description The authoritative addresses. */
                            servers: unknown;
                            nameServers: unknown;
                            /** @description Each RRset as it has to be again, the MX first. */
                            undo: unknown;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdPropagation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What authoritative servers and resolvers say */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domain: string;
                        type: string;
                        /** @description The new set; null: not known, or not yet. */
                        expected: string[] | null;
                        authoritative: ({
                            name: string;
                            address: string;
                            /** @description new, old, mixed, other, empty, refused or silent. */
                            verdict: string;
                            ttl: number | null;
                            serial: number | null;
                            trouble: string | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        resolvers: ({
                            id: string;
                            address: string;
                            verdict: string | null;
                            rdata: string[] | null;
                            ttl: number | null;
                            ttlLeft: number | null;
                            /** @description Why it is not new. */
                            cause: string | null;
                            /** @description When what was seen ends; null: not known. */
                            until: string | null;
                            operator: string;
                            country: string | null;
                            /** @description An estimate. */
                            weight: number;
                            samples: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description How many say what; share and ableToTell are 0 to 1 by weight, or null. */
                        tally: unknown;
                        at: string;
                        /** @description reached, pending, no authority or no resolver. */
                        standing: string;
                        /** @description Why no share means anything; null: one does. */
                        distrust: unknown;
                        notes: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdPropagationHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share over time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        history: ({
                            at: string;
                            /** @description 0 to 1 of those that can tell, by weight. */
                            share: number | null;
                            new: number;
                            old: number;
                            mixed: number;
                            other: number;
                            cannotTell: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdStragglers: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
                cause?: string;
            };
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who still says old, and why */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description By cause, the largest first; of all pages. */
                        groups: {
                            cause: string;
                            count: number;
                            /** @description Of the estimated weight of all that are watched, 0 to 1. */
                            weight: number;
                            /** @description When the last of them ends; null: not known. */
                            until: string | null;
                            unexplained: number;
                        }[];
                        /** @description Resolvers as in `propagation`, by cause and id. */
                        stragglers: ({
                            id: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description For `after`; null: this is the last page. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postPlans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    domain: string;
                };
            };
        };
        responses: {
            /** @description What would be done, when, and what may go wrong. */
            201: {
                headers: {
                    /** @description Where it can be read. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description For `planHash` of a start. */
                        hash: string;
                        domain: string;
                        provider: string;
                        zone: string;
                        /** @description Each RRset along the way. */
                        path: unknown;
                        /** @description Each change, before and after. */
                        changes: unknown;
                        /** @description What happens when, as if it were started now. */
                        timeline: unknown;
                        /** @description What the checks found. */
                        findings: unknown;
                        /** @description What may go wrong. */
                        risks: unknown;
                        /** @description The worst case in one sentence. */
                        worst: string;
                        madeAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getPlansHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What would be done, when, and what may go wrong. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description For `planHash` of a start. */
                        hash: string;
                        domain: string;
                        provider: string;
                        zone: string;
                        /** @description Each RRset along the way. */
                        path: unknown;
                        /** @description Each change, before and after. */
                        changes: unknown;
                        /** @description What happens when, as if it were started now. */
                        timeline: unknown;
                        /** @description What the checks found. */
                        findings: unknown;
                        /** @description What may go wrong. */
                        risks: unknown;
                        /** @description The worst case in one sentence. */
                        worst: string;
                        madeAt: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postCutoversIdActions: {
        parameters: {
            query?: never;
            header: {
                /** @description Names this request: sent again with the same key and body it is carried out once, and answered as before. */
                "idempotency-key": string;
                /** @description `"v<seq>"` that was looked at; pause, rollback and observe also take `*`. */
                "if-match": string;
            };
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        /** @description What is asked for, by its type. */
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "start";
                    /** @description The hash of the plan that was looked at. */
                    planHash: string;
                    accept?: {
                        /** @description The id of a check. */
                        id: string;
                        /** @description Of which subject; null or left out: of every one. */
                        subject?: string | null;
                        reason: string;
                    }[];
                    /** @description The run id of a dead run whose claim is to be replaced; it needs a reason. */
                    takeClaim?: string | null;
                    /** @description Makes a move anew that was rolled back or abandoned. */
                    again?: boolean;
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "approve";
                    /** @description Sentences that are true, by their place in `approval.attestations`, from 0. */
                    attest?: number[];
                    accept?: {
                        /** @description The id of a check. */
                        id: string;
                        /** @description Of which subject; null or left out: of every one. */
                        subject?: string | null;
                        reason: string;
                    }[];
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "pause";
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "resume";
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "rollback";
                    to?: "step" | "snapshot";
                    /** @description The domain once more: this cannot be taken back. */
                    confirm: string;
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "retry";
                    /** @description A new end of the window: RFC 3339 with its offset, or ms since 1970. */
                    swapUntil?: (number | string) | null;
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "confirm";
                    /** @enum {unknown} */
                    what: "mail-swept" | "others-moved" | "restore-ttl" | "afterwards" | "old-host";
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "abandon";
                    /** @description The domain once more: this cannot be taken back. */
                    confirm: string;
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "observe";
                    what: {
                        /** @enum {string} */
                        is: "bounces";
                        count: number;
                        seconds?: number;
                    } | {
                        /** @enum {string} */
                        is: "accepted";
                        count: number;
                        seconds?: number;
                        usual?: number | null;
                    } | {
                        /** @enum {string} */
                        is: "sent";
                        token: string;
                        host: string;
                        address: string;
                        to: string;
                        taken: boolean;
                        said: string;
                    } | {
                        /** @enum {string} */
                        is: "arrived";
                        token: string;
                    } | {
                        /** @enum {string} */
                        is: "probe";
                        round: unknown;
                    };
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                } | {
                    /** @enum {string} */
                    type: "take-claim";
                    run: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Asks for an act */
            202: {
                headers: {
                    /** @description Of the operation, which says what becomes of it. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description The type of the action. */
                        what: string;
                        state: "running" | "done" | "failed";
                        domain: string;
                        /** @description Null while a start has recorded none yet. */
                        cutover: string | null;
                        /** @description Where the cutover stood when it was done: the entity tag is then "v<seq>". */
                        seq: number | null;
                        /** @description Why it failed. */
                        problem: {
                            /** @description Names the kind of problem, and never changes. */
                            type: string;
                            title: string;
                            status: number;
                            /** @description What happened here, for people. */
                            detail: string;
                            /** @description Names this request in the log of the server. */
                            request: string;
                            /** @description What to do about it. */
                            remedy: string;
                            where?: string;
                            /** @description Seconds until it may be tried again. */
                            retryAfter?: number;
                            /** @description Each thing that is wrong with the request, by a JSON pointer (RFC 6901). */
                            errors?: {
                                path: string;
                                message: string;
                            }[];
                            /** @description The findings of checks that stand in the way. */
                            findings?: unknown[];
                            details?: {
                                [key: string]: unknown;
                            };
                        } | null;
                        /** @description Of one that failed: nothing of it happened, and the same request with the same key is carried out when it is sent again. */
                        again: boolean;
                        at: string;
                        endedAt: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            428: components["responses"]["Problem428"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutovers: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description open: has not ended; held: waits for a person; ended. */
                state?: "open" | "ended" | "held";
                stage?: "snapshot" | "lower" | "drain" | "gate" | "swap" | "propagate" | "sweep" | "settle" | "done" | "rollback";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All cutovers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cutovers: ({
                            id: string;
                            domain: string;
                            /** @description The domain in its own script, to be shown beside it; null: it has no other. */
                            unicode: string | null;
                            seq: number;
                            /** @enum {unknown} */
                            stage: "snapshot" | "lower" | "drain" | "gate" | "swap" | "propagate" | "sweep" | "settle" | "done" | "rollback";
                            /** @description Null while it is under way. */
                            outcome: ("done" | "rolled-back" | "abandoned") | null;
                            /** @description What the outcome will be once the claim is removed; null: it goes on, or has ended. */
                            ending: ("done" | "rolled-back" | "abandoned") | null;
                            paused: boolean;
                            /** @description Why it is held. */
                            hold: string | null;
                            /** @description What is next, in one sentence, and who acts. */
                            next: {
                                /** @description controller, person, orchestrator or nobody. */
                                who: string;
                                what: string;
                                at: string | null;
                                command: string | null;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description 0 to 1, of those that can tell, by weight. */
                            share: number | null;
                            /** @description Null, or which new hosts take no mail now, since when, and what follows. */
                            mail: unknown;
                            /** @description Who runs it at this moment. */
                            controller: ({
                                running: boolean;
                                pid: number | null;
                                host: string | null;
                                since: string | null;
                                command: string | null;
                            } & {
                                [key: string]: unknown;
                            }) | null;
                            /** @description ISO 8601 in UTC. */
                            startedAt: string;
                            /** @description Null while it is under way. */
                            endedAt: string | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description For `after`; null: this is the last page. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postCutovers: {
        parameters: {
            query?: never;
            header: {
                /** @description Names this request: sent again with the same key and body it is carried out once, and answered as before. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    domain: string;
                    /** @description The hash of the plan that was looked at. */
                    planHash: string;
                    accept?: {
                        /** @description The id of a check. */
                        id: string;
                        /** @description Of which subject; null or left out: of every one. */
                        subject?: string | null;
                        reason: string;
                    }[];
                    /** @description The run id of a dead run whose claim is to be replaced; it needs a reason. */
                    takeClaim?: string | null;
                    /** @description Makes a move anew that was rolled back or abandoned. */
                    again?: boolean;
                    /** @description Why, for the journal and the report. */
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description Starts a cutover */
            202: {
                headers: {
                    /** @description Of the operation, which says what becomes of it. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description The type of the action. */
                        what: string;
                        state: "running" | "done" | "failed";
                        domain: string;
                        /** @description Null while a start has recorded none yet. */
                        cutover: string | null;
                        /** @description Where the cutover stood when it was done: the entity tag is then "v<seq>". */
                        seq: number | null;
                        /** @description Why it failed. */
                        problem: {
                            /** @description Names the kind of problem, and never changes. */
                            type: string;
                            title: string;
                            status: number;
                            /** @description What happened here, for people. */
                            detail: string;
                            /** @description Names this request in the log of the server. */
                            request: string;
                            /** @description What to do about it. */
                            remedy: string;
                            where?: string;
                            /** @description Seconds until it may be tried again. */
                            retryAfter?: number;
                            /** @description Each thing that is wrong with the request, by a JSON pointer (RFC 6901). */
                            errors?: {
                                path: string;
                                message: string;
                            }[];
                            /** @description The findings of checks that stand in the way. */
                            findings?: unknown[];
                            details?: {
                                [key: string]: unknown;
                            };
                        } | null;
                        /** @description Of one that failed: nothing of it happened, and the same request with the same key is carried out when it is sent again. */
                        again: boolean;
                        at: string;
                        endedAt: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversId: {
        parameters: {
            query?: {
                /** @description How it stood at this line of its journal. */
                at?: string;
            };
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How a cutover stands, as `status --json` says it. */
            200: {
                headers: {
                    /** @description `"v<seq>"`: what If-Match and If-None-Match name. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description Without the final dot. */
                        domain: string;
                        /** @description The domain in its own script, to be shown beside it; null: it has no other. */
                        unicode: string | null;
                        /** @enum {unknown} */
                        stage: "snapshot" | "lower" | "drain" | "gate" | "swap" | "propagate" | "sweep" | "settle" | "done" | "rollback";
                        /** @description Which step, from 0. */
                        step: number;
                        /** @description The last line of its journal; the ETag is "v<seq>". */
                        seq: number;
                        /** @description Null, or since when and why somebody paused it. */
                        paused: ({
                            /** @description ISO 8601 in UTC. */
                            since: string;
                            reason: string | null;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description Null, or what a person must decide: why, what was seen, the ways out. */
                        hold: ({
                            /** @description The kind of hold, which never changes its name. */
                            why: string;
                            /** @description Since when. */
                            since: string;
                            sentence: string;
                            /** @description What led to it. */
                            seen: string[];
                            waysOut: ({
                                /** @description What a person may do, such as `approve` or `rollback`. */
                                act: string;
                                /** @description To be pasted; null: nothing has to be typed. */
                                command: string | null;
                                does: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description What every RRset of the steps has reached. */
                        position: string;
                        /** @description Each RRset along the way, and how far it is. */
                        path: unknown;
                        /** @description The proof that no honest cache can hold the old TTL any more; null before. */
                        drain: ({
                            /** @description Since when the low TTL was served without a break. */
                            since: string;
                            /** @description When the last honest cache has forgotten the old TTL. */
                            until: string;
                            leftSeconds: number;
                            proven: boolean;
                            /** @description What it is made of. */
                            terms: ({
                                why: string;
                                until: string;
                                leftSeconds: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description What authoritative servers and resolvers say; null before. */
                        propagation: ({
                            /** @description Authoritative addresses that serve what was written. */
                            there: number;
                            total: number;
                            /** @description Since when they stand so. */
                            since: string;
                            servers: ({
                                server: string;
                                /** @description there, behind, other, unsigned, bogus, silent or lacking (not to be reached). */
                                is: string;
                                detail: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            resolvers: ({
                                /** @description 0 to 1 of those that can tell, by weight; null: nobody can. */
                                share: number | null;
                                /** @description 0 to 1 of those that were asked, by weight. */
                                ableToTell: number | null;
                                /** @description The share in per cent that the plan waits for. */
                                target: number;
                                /** @description By verdict: new, old, mixed, other, empty, refused, silent. */
                                counts: {
                                    [key: string]: number;
                                };
                                total: number;
                                unasked: number;
                                /** @description When the last of those that lag has its turn, about. */
                                turnBy: string | null;
                                /** @description When one was last heard, or given up. */
                                asOf: string | null;
                            } & {
                                [key: string]: unknown;
                            }) | null;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description When the stage is expected to end; null: nobody can say. */
                        forecast: ({
                            until: string;
                            what: string;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description What is next, in one sentence, and who acts. */
                        next: {
                            /** @description controller, person, orchestrator or nobody. */
                            who: string;
                            what: string;
                            at: string | null;
                            command: string | null;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description Null while it is under way. */
                        outcome: ("done" | "rolled-back" | "abandoned") | null;
                        /** @description What the outcome will be once the claim is removed; null: it goes on, or has ended. */
                        ending: ("done" | "rolled-back" | "abandoned") | null;
                        provider: string;
                        planHash: string;
                        /** @description Each stage, and whether it is done, current, waiting or stopped. */
                        stages: ({
                            stage: string;
                            state: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Each step: swapped, current, waiting or rolled back. */
                        steps: ({
                            name: string;
                            state: string;
                            /** @description Null: it was not, or no more. */
                            swappedAt: string | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description What keeps the gate shut, and the findings; null elsewhere. */
                        gate: ({
                            bars: ({
                                /** @description findings, drain, prepared, window, freeze, attestation, approval. */
                                by: string;
                                what: string;
                                /** @description When it opens by itself; null: it does not. */
                                until: string | null;
                            } & {
                                [key: string]: unknown;
                            })[];
                            findings: ({
                                /** @description Stable; `help checks` lists them. */
                                id: string;
                                severity: string;
                                /** @description pass, fail, warn, could-not-test or skipped. */
                                status: string;
                                subject: string;
                                summary: string;
                                observed: string;
                                expected: string;
                                consequence?: string;
                                remedy?: string;
                                refs: string[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description Whether an approval is asked for, and stands; its attestations. */
                        approval: {
                            required: boolean;
                            stands: boolean;
                            at: string | null;
                            attestations: ({
                                sentence: string;
                                ticked: boolean;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description What is left to do after the sweep. */
                        settling: unknown;
                        /** @description Null, or how far the rollback is. */
                        rollback: ({
                            to: string;
                            /** @description The position that it goes back to. */
                            target: string;
                            phase: string;
                            /** @description ISO 8601 in UTC. */
                            askedAt: string;
                            /** @description When the servers had it; null: not yet. */
                            deliveredAt: string | null;
                            /** @description RRsets of others, which were not overwritten. */
                            left: string[];
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description What somebody may do now; empty once it has ended. */
                        offers: ({
                            /** @description The `type` of an action that would be taken now. */
                            act: string;
                            /** @description Which one, where an act comes in several. */
                            which: string | null;
                            does: string;
                            /** @description What the zone gets from it, in order. */
                            writes: ({
                                key: string;
                                kind: string;
                                at: string;
                                before: ({
                                    ttl: number;
                                    rdata: string[];
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                after: ({
                                    ttl: number;
                                    rdata: string[];
                                } & {
                                    [key: string]: unknown;
                                }) | null;
                                lost: string[];
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description What mail hosts do; null where they are not asked. */
                        mail: unknown;
                        /** @description Whether the old host may be closed; null before the last sweep. */
                        oldHost: unknown;
                        /** @description What fails now. */
                        trouble: ({
                            effect: string;
                            code: string;
                            message: string;
                            since: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Who runs it at this moment. */
                        controller: ({
                            running: boolean;
                            pid: number | null;
                            host: string | null;
                            since: string | null;
                            command: string | null;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        /** @description ISO 8601 in UTC. */
                        startedAt: string;
                        /** @description When the stage was entered. */
                        enteredAt: string;
                        /** @description Null while it is under way. */
                        endedAt: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No line was stored since. */
            304: {
                headers: {
                    /** @description `"v<seq>"`: what If-Match and If-None-Match name. */
                    ETag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getProblemsKind: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a kind of problem means */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        title: string;
                        status: number;
                        when: string;
                        remedy: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This description */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdEvents: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description The id of the last event that is known: those after it follow. */
                after?: string;
                /** @description Only events of these types, with commas between them. */
                types?: string;
            };
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events, all of them as JSON Lines, or a stream of events (HTML 9.2) that goes on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: ({
                            /** @description `<epoch>-<n>`: unique, in the order of the commits. */
                            id: string;
                            /** @description Within the cutover, from 1, without gaps. */
                            seq: number;
                            type: string;
                            /** @description ISO 8601 in UTC. */
                            time: string;
                            cutover: string;
                            actor: {
                                kind: string;
                                name: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description What it is made of; by its type. */
                            data: unknown;
                            /** @description The event that caused it. */
                            cause: string;
                            /** @description What it says, in one sentence. May hold text of strangers. */
                            text: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description For `after`; null: there are no more. */
                        next: string | null;
                    };
                    "application/x-ndjson": string;
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEvents: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description The id of the last event that is known: those after it follow. */
                after?: string;
                /** @description Only events of these types, with commas between them. */
                types?: string;
                /** @description The id of a cutover, or a domain: then its newest one. */
                cutover?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events, all of them as JSON Lines, or a stream of events (HTML 9.2) that goes on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: ({
                            /** @description `<epoch>-<n>`: unique, in the order of the commits. */
                            id: string;
                            /** @description Within the cutover, from 1, without gaps. */
                            seq: number;
                            type: string;
                            /** @description ISO 8601 in UTC. */
                            time: string;
                            cutover: string;
                            actor: {
                                kind: string;
                                name: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description What it is made of; by its type. */
                            data: unknown;
                            /** @description The event that caused it. */
                            cause: string;
                            /** @description What it says, in one sentence. May hold text of strangers. */
                            text: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description For `after`; null: there are no more. */
                        next: string | null;
                    };
                    "application/x-ndjson": string;
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            406: components["responses"]["Problem406"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getLivez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            500: components["responses"]["Problem500"];
        };
    };
    getReadyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready: the store can be written */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getStartupz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Started: the store is open and migrated */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getOperationsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of an operation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        /** @description The type of the action. */
                        what: string;
                        state: "running" | "done" | "failed";
                        domain: string;
                        /** @description Null while a start has recorded none yet. */
                        cutover: string | null;
                        /** @description Where the cutover stood when it was done: the entity tag is then "v<seq>". */
                        seq: number | null;
                        /** @description Why it failed. */
                        problem: {
                            /** @description Names the kind of problem, and never changes. */
                            type: string;
                            title: string;
                            status: number;
                            /** @description What happened here, for people. */
                            detail: string;
                            /** @description Names this request in the log of the server. */
                            request: string;
                            /** @description What to do about it. */
                            remedy: string;
                            where?: string;
                            /** @description Seconds until it may be tried again. */
                            retryAfter?: number;
                            /** @description Each thing that is wrong with the request, by a JSON pointer (RFC 6901). */
                            errors?: {
                                path: string;
                                message: string;
                            }[];
                            /** @description The findings of checks that stand in the way. */
                            findings?: unknown[];
                            details?: {
                                [key: string]: unknown;
                            };
                        } | null;
                        /** @description Of one that failed: nothing of it happened, and the same request with the same key is carried out when it is sent again. */
                        again: boolean;
                        at: string;
                        endedAt: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who the caller is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        kind: "token" | "session" | "share";
                        name: string;
                        /** @description viewer, operator, approver, admin or agent. */
                        role: string;
                        /** @description The only cutovers or domains that may be seen; null: all. */
                        cutovers: string[] | null;
                        /** Format: date-time */
                        expiresAt: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A token (`dnsc_…`), or what stands in a share link after the `#` (`dnsh_…`). */
                    secret: string;
                };
            };
        };
        responses: {
            /** @description Log in: exchange a token or a share link for a session */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        kind: "token" | "session" | "share";
                        name: string;
                        /** @description viewer, operator, approver, admin or agent. */
                        role: string;
                        /** @description The only cutovers or domains that may be seen; null: all. */
                        cutovers: string[] | null;
                        /** Format: date-time */
                        expiresAt: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Log out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSessions: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sessions of the own token; of everybody for an admin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: {
                            id: string;
                            name: string;
                            kind: "session" | "share";
                            /** @description The token or the share link that it was exchanged for. */
                            of: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            lastUsedAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            /** @description The one that asks. */
                            own: boolean;
                        }[];
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSessionsSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a session */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCutoversIdShares: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Share links of a cutover, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        shares: {
                            id: string;
                            cutover: string;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            revokedAt: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postCutoversIdShares: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    expiresInSeconds: number;
                };
            };
        };
        responses: {
            /** @description Make a read-only link to the page of a cutover */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                        /** @description Of the link, from the root of this server. */
                        path: string;
                        share: {
                            id: string;
                            cutover: string;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            revokedAt: string | null;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteCutoversIdSharesShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a cutover, or a domain: then its newest one. */
                id: string;
                share: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke a share link */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTokens: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tokens, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tokens: {
                            id: string;
                            name: string;
                            /** @description Each may do what those before it may; an agent only hands in probes. */
                            role: "viewer" | "operator" | "approver" | "admin" | "agent";
                            /** @description Ids of cutovers, or domains for all cutovers of each; null: every one. */
                            cutovers: string[] | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            lastUsedAt: string | null;
                            revokedAt: string | null;
                        }[];
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For lists and the journal: who acts with it. */
                    name: string;
                    /** @description Each may do what those before it may; an agent only hands in probes. */
                    role: "viewer" | "operator" | "approver" | "admin" | "agent";
                    /** @description Ids of cutovers, or domains for all cutovers of each; null: every one. */
                    cutovers?: string[] | null;
                    expiresInSeconds: number;
                };
            };
        };
        responses: {
            /** @description Make a token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                        token: {
                            id: string;
                            name: string;
                            /** @description Each may do what those before it may; an agent only hands in probes. */
                            role: "viewer" | "operator" | "approver" | "admin" | "agent";
                            /** @description Ids of cutovers, or domains for all cutovers of each; null: every one. */
                            cutovers: string[] | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            lastUsedAt: string | null;
                            revokedAt: string | null;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteTokensToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke a token */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version of the server */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                        /** @description Of the store; event ids are `<epoch>-<n>`. */
                        epoch: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Receivers of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhooks: {
                            id: string;
                            /** @description Without a query, and of a chat tool without its path. */
                            url: string;
                            /**
                             * @description An event as it is, or what a chat tool takes.
                             * @enum {unknown}
                             */
                            shape: "event" | "slack" | "teams";
                            types: string[] | null;
                            cutovers: string[] | null;
                            /**
                             * @description Those of the configuration file are removed there.
                             * @enum {unknown}
                             */
                            origin: "config" | "api";
                            disabled: {
                                /** Format: date-time */
                                at: string;
                                why: string;
                            } | null;
                            /** @description No event up to this one, `<epoch>-<n>`, waits to be delivered. */
                            cursor: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                    /**
                     * @description An event as it is, or what a chat tool takes.
                     * @enum {unknown}
                     */
                    shape?: "event" | "slack" | "teams";
                    /** @description Types of events that are sent; null: what a person wants to know. */
                    types?: ("cutover.created" | "owner.changed" | "clock.jumped" | "clock.rebooted" | "stage.entered" | "snapshot.taken" | "findings.changed" | "write.intended" | "write.confirmed" | "write.synced" | "write.unsynced" | "write.not-applied" | "write.conflict" | "write.unsettled" | "claim.allowed" | "claim.left" | "authority.seen" | "ttl.seen" | "dnssec.validated" | "authority.agreed" | "drain.started" | "servers.changed" | "ttl.lingers" | "write.late" | "drain.reset" | "drain.extended" | "drain.proven" | "caches.forecast" | "caches.milestone" | "caches.judged" | "caches.entry" | "caches.propagated" | "canary.intended" | "canary.confirmed" | "canary.failed" | "canary.conflict" | "canary.measured" | "canary.rehearsed" | "canary.given-up" | "canary.left" | "retire.due" | "old-host.asked" | "mail.judged" | "mail.observed" | "mail.advice" | "mail.advice-over" | "window.opened" | "window.extended" | "rollback.withdrawn" | "approved" | "approval.lapsed" | "accepted" | "paused" | "resumed" | "held" | "hold.lifted" | "rollback.asked" | "rollback.delivered" | "rollback.phase" | "rollback.left" | "confirmed" | "settling.ended" | "trouble.seen" | "trouble.over" | "ending" | "ended")[] | null;
                    /** @description Ids of cutovers, or domains; null: all. */
                    cutovers?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Add a receiver */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhook: {
                            id: string;
                            /** @description Without a query, and of a chat tool without its path. */
                            url: string;
                            /**
                             * @description An event as it is, or what a chat tool takes.
                             * @enum {unknown}
                             */
                            shape: "event" | "slack" | "teams";
                            types: string[] | null;
                            cutovers: string[] | null;
                            /**
                             * @description Those of the configuration file are removed there.
                             * @enum {unknown}
                             */
                            origin: "config" | "api";
                            disabled: {
                                /** Format: date-time */
                                at: string;
                                why: string;
                            } | null;
                            /** @description No event up to this one, `<epoch>-<n>`, waits to be delivered. */
                            cursor: string | null;
                        };
                        secret: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getWebhooksWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description Rows of a page, 1 to 200; 50 unless said. */
                limit?: string;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was sent to a receiver */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: {
                            id: string;
                            event: string;
                            type: string;
                            /** @enum {unknown} */
                            state: "waiting" | "delivered" | "failed";
                            /** @description The last ones, oldest first. */
                            attempts: {
                                /** Format: date-time */
                                at: string;
                                /** @description Of HTTP; null: no answer. */
                                status: number | null;
                                /** @description Why it failed; never the reply. */
                                why: string | null;
                                tookMs: number;
                            }[];
                            nextAt: string | null;
                        }[];
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteWebhooksWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a receiver */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWebhooksWebhookTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a test at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        event: string;
                        type: string;
                        /** @enum {unknown} */
                        state: "waiting" | "delivered" | "failed";
                        /** @description The last ones, oldest first. */
                        attempts: {
                            /** Format: date-time */
                            at: string;
                            /** @description Of HTTP; null: no answer. */
                            status: number | null;
                            /** @description Why it failed; never the reply. */
                            why: string | null;
                            tookMs: number;
                        }[];
                        nextAt: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWebhooksWebhookDeliveriesDeliveryRedeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send an event once more */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        event: string;
                        type: string;
                        /** @enum {unknown} */
                        state: "waiting" | "delivered" | "failed";
                        /** @description The last ones, oldest first. */
                        attempts: {
                            /** Format: date-time */
                            at: string;
                            /** @description Of HTTP; null: no answer. */
                            status: number | null;
                            /** @description Why it failed; never the reply. */
                            why: string | null;
                            tookMs: number;
                        }[];
                        nextAt: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            421: components["responses"]["Problem421"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
